using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Torch.Inference;

/// <summary>A case of an input folder: its files, or why it cannot be predicted.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Channels">Paths of the channels in their order.</param>
/// <param name="Fault">What is wrong; null when nothing is.</param>
/// <param name="PreviousStage">The segmentation of the cascade's first stage; null where the model needs none.</param>
internal sealed record InputCase(string CaseId, ValueArray<string> Channels, string? Fault, string? PreviousStage = null);

/// <summary>Finds the cases of a folder by their files' names: <c>CASE_0000.nii.gz</c>, <c>CASE_0001.nii.gz</c>, …</summary>
/// <remarks>Source: nnunet/inference/predict.py, check_input_folder_and_return_caseIDs.</remarks>
internal static partial class InputFolder
{
    private const int NamesShown = 5;

    /// <summary>The cases in the order of their names, and the images that belong to none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="channels">Channels that the model needs.</param>
    /// <exception cref="DescribedException">There is no such folder, or no case in it.</exception>
    public static (IReadOnlyList<InputCase> Cases, IReadOnlyList<string> Others) Find(string folder, int channels)
    {
        if (!Directory.Exists(folder)) throw new DescribedException(folder, "there is no such input folder", "check the path");

        string[] images = [.. Directory.EnumerateFiles(folder).Where(ImageFile.IsImage).Order(StringComparer.Ordinal)];
        SortedDictionary<string, List<(int Channel, string Path)>> cases = new(StringComparer.Ordinal);
        List<string> others = [];
        foreach (string image in images)
        {
            Match name = ChannelName().Match(ImageFile.NameWithoutEnding(image)!);
            if (!name.Success)
            {
                others.Add(Path.GetFileName(image));
                continue;
            }

            string id = name.Groups["case"].Value;
            if (!cases.TryGetValue(id, out List<(int, string)>? files)) cases[id] = files = [];
            files.Add((int.Parse(name.Groups["channel"].ValueSpan, CultureInfo.InvariantCulture), image));
        }

        if (cases.Count == 0)
        {
            throw new DescribedException(
                folder,
                images.Length == 0 ? "there is no image in this folder" : $"no image's name ends with a channel's number ({string.Join(", ", others.Take(NamesShown))})",
                $"name the files CASE_0000.nii.gz, CASE_0001.nii.gz and so on, one a channel (known endings: {string.Join(", ", ImageFile.Endings)})");
        }

        return ([.. cases.Select(c => Case(c.Key, c.Value, channels))], others);
    }

    private static InputCase Case(string id, List<(int Channel, string Path)> files, int channels)
    {
        string[] expected = [.. Enumerable.Range(0, channels).Select(c => DatasetFolder.ChannelFile(id, c, ""))];
        string[] missing = [.. expected.Where((_, c) => files.All(f => f.Channel != c))];
        string[] surplus = [.. files.Where(f => f.Channel >= channels).Select(static f => Path.GetFileName(f.Path))];
        string[] twice = [.. files.GroupBy(static f => f.Channel).Where(static g => g.Count() > 1).SelectMany(static g => g.Select(static f => Path.GetFileName(f.Path)))];
        List<string> faults = [];
        if (missing.Length > 0) faults.Add($"{string.Join(", ", missing)} missing");
        if (surplus.Length > 0) faults.Add($"{string.Join(", ", surplus)} too many");
        if (twice.Length > 0) faults.Add($"{string.Join(", ", twice)} are one channel twice");
        return new InputCase(
            id,
            faults.Count > 0 ? [] : files.OrderBy(static f => f.Channel).Select(static f => f.Path).ToValueArray(),
            faults.Count > 0 ? $"the model needs {channels} channel{(channels == 1 ? "" : "s")}: {string.Join("; ", faults)}" : null);
    }

    [GeneratedRegex(@"^(?<case>.+)_(?<channel>\d{4})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ChannelName();
}
