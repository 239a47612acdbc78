using System.Globalization;
using System.Text.Json;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets;

/// <summary>What a new <c>dataset.json</c> says beside the cases.</summary>
public sealed record DatasetDescriptionOptions
{
    /// <summary>The channels' names in the order of their numbers; <c>CT</c> selects the normalisation for CT.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>The labels' names by their value, 0 (background) included.</summary>
    public required IReadOnlyDictionary<int, string> Labels { get; init; }

    /// <summary>What the data set is called.</summary>
    /// <value>Null: the folder's name.</value>
    public string? Name { get; init; }

    /// <summary>What the data show.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where the data come from.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Under which licence the data are.</summary>
    public string Licence { get; init; } = "";

    /// <summary>The data's release.</summary>
    /// <value>0.0.</value>
    public string Release { get; init; } = "0.0";
}

/// <summary>Writes the <c>dataset.json</c> of a folder whose images already have the raw folder's names.</summary>
/// <remarks>Command: <c>nnunet generate_dataset_json</c>. Source: nnunet/dataset_conversion/utils.py, generate_dataset_json.</remarks>
public static class DatasetDescriptionGenerator
{
    /// <summary>Lists the cases in <c>imagesTr</c> and <c>imagesTs</c> and writes <c>dataset.json</c> beside them.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <param name="options">Channels, labels and texts.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DatasetException">There are no images, or files that do not have the names or channels they must have.</exception>
    public static DatasetDescription Generate(string folder, DatasetDescriptionOptions options)
    {
        List<DatasetFault> faults = [];
        if (options.Channels.Count == 0) faults.Add(new DatasetFault("channels", "none is named", "name them in the order of their numbers"));
        if (!options.Labels.Keys.Order().SequenceEqual(Enumerable.Range(0, options.Labels.Count)) || options.Labels.Count < 2)
        {
            faults.Add(new DatasetFault("labels", $"they are {string.Join(", ", options.Labels.Keys.Order())}", "declare 0 (background), 1, 2, … without gaps"));
        }

        (string Case, string Ending)[] training = Cases(folder, DatasetFolder.TrainingImages, options.Channels.Count, faults);
        (string Case, string Ending)[] test = Cases(folder, DatasetFolder.TestImages, options.Channels.Count, faults);
        if (training.Length == 0 && faults.TrueForAll(static f => !f.Where.StartsWith(DatasetFolder.TrainingImages, StringComparison.Ordinal)))
        {
            (string what, string remedy) = OtherContents.Of(Path.Combine(folder, DatasetFolder.TrainingImages), "there are no images", "put CASE_0000.nii.gz files there");
            faults.Add(new DatasetFault(DatasetFolder.TrainingImages, what, remedy));
        }

        ImageFolder labels = ImageFolder.Of(Path.Combine(folder, DatasetFolder.TrainingLabels));
        foreach ((string id, string ending) in training)
        {
            // One of the image's ending is meant; of another one, it must be the only one.
            if (labels.Find(id, ending) is null && labels.All(id).Count != 1)
            {
                faults.Add(new DatasetFault($"{DatasetFolder.TrainingLabels}/{id}{ending}", "the file is missing", "add the segmentation or remove the image"));
            }

            faults.AddRange(labels.All(id).SelectMany(Incomplete));
        }

        if (faults.Count > 0) throw new DatasetException(DatasetFolder.Name(folder), faults);

        DatasetDescription description = Describe(
            options.Name ?? DatasetFolder.Name(folder),
            options,
            training.Select(c => new TrainingEntry(
                $"./{DatasetFolder.TrainingImages}/{c.Case}{c.Ending}", $"./{DatasetFolder.TrainingLabels}/{c.Case}{(labels.Find(c.Case, c.Ending) ?? labels.All(c.Case)[0]).Ending}")).ToValueArray(),
            test.Select(static c => $"./{DatasetFolder.TestImages}/{c.Case}{c.Ending}").ToValueArray());
        ProductJson.Write(Path.Combine(folder, DatasetDescription.FileName), description);
        return description;
    }

    /// <summary>What a new <c>dataset.json</c> says.</summary>
    /// <param name="name">What the data set is called.</param>
    /// <param name="options">Channels, labels and texts; its name does not count.</param>
    /// <param name="training">The training cases.</param>
    /// <param name="test">The images of the test cases, without a channel's number.</param>
    internal static DatasetDescription Describe(string name, DatasetDescriptionOptions options, ValueArray<TrainingEntry> training, ValueArray<string> test) => new()
    {
        Name = name,
        Modality = options.Channels.Select(static (name, i) => (name, i)).ToDictionary(static c => Key(c.i), static c => c.name),
        Labels = options.Labels.OrderBy(static l => l.Key).ToDictionary(static l => Key(l.Key), static l => l.Value),
        Training = training,
        Test = test,
        Unknown = new Dictionary<string, JsonElement>
        {
            ["description"] = Element(options.Description),
            ["reference"] = Element(options.Reference),
            ["licence"] = Element(options.Licence),
            ["release"] = Element(options.Release),
            ["tensorImageSize"] = Element("4D"),
            ["numTraining"] = Element(training.Count),
            ["numTest"] = Element(test.Count),
        },
    };

    private static (string Case, string Ending)[] Cases(string folder, string subfolder, int channels, List<DatasetFault> faults)
    {
        string images = Path.Combine(folder, subfolder);
        if (!Directory.Exists(images)) return [];

        SortedDictionary<string, (string Ending, SortedSet<int> Channels)> cases = new(StringComparer.Ordinal);
        foreach (ImageLocation image in ImageFolder.Of(images).Images)
        {
            if (!CaseName.TrySplit(image.Name, out string id, out int channel))
            {
                faults.Add(new DatasetFault(DatasetFolder.Relative(image.Path), "the name has no channel number", "name it CASE_0000 with four digits before the ending"));
                continue;
            }

            if (!cases.TryGetValue(id, out (string Ending, SortedSet<int> Channels) entry)) cases[id] = entry = (image.Ending, []);
            entry.Channels.Add(channel);
            faults.AddRange(Incomplete(image));
        }

        faults.AddRange(from entry in cases
                        where channels > 0 && !entry.Value.Channels.SequenceEqual(Enumerable.Range(0, channels))
                        select new DatasetFault(
                            $"{subfolder}/{entry.Key}", $"it has the channels {string.Join(", ", entry.Value.Channels)}, but {channels} are named", $"give each case 0 to {channels - 1}"));
        return [.. cases.Select(static c => (c.Key, c.Value.Ending))];
    }

    private static IEnumerable<DatasetFault> Incomplete(ImageLocation image) =>
        image.MissingFiles.Select(f => new DatasetFault(DatasetFolder.Relative(f), $"the file is missing that belongs to {image.FileName}", "add it or remove the image"));

    private static string Key(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value);
}
