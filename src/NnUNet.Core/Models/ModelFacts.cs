using System.Text.Json;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models.Pretrained;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>A fold of a model.</summary>
/// <param name="Name">A number, or "all".</param>
/// <param name="Checkpoints">The names of its checkpoints' files.</param>
/// <param name="Bytes">Bytes of these files.</param>
public sealed record FoldFacts(string Name, ValueArray<string> Checkpoints, long Bytes);

/// <summary>What a model's files tell about it, for people. Array order (z, y, x) of the images, millimetres.</summary>
public sealed record ModelFacts
{
    /// <summary>Which program wrote it.</summary>
    public required string Generation { get; init; }

    /// <summary>The trainer.</summary>
    public required string Trainer { get; init; }

    /// <summary>The plans' name.</summary>
    public required string Plans { get; init; }

    /// <summary>The configuration; null where only the folders above the model's tell it.</summary>
    public required string? Configuration { get; init; }

    /// <summary>The channels' names by their number, each with its normalisation.</summary>
    public required ValueArray<string> Channels { get; init; }

    /// <summary>The labels, with their names where a <c>dataset.json</c> tells them.</summary>
    public required ValueArray<string> Labels { get; init; }

    /// <summary>The regions that the network's outputs are, each with its labels and the one with which it is painted; none where they are classes.</summary>
    public required ValueArray<string> Regions { get; init; }

    /// <summary>The folds.</summary>
    public required ValueArray<FoldFacts> Folds { get; init; }

    /// <summary>The patch in voxels in the image's axes: 3 values, in 2D 2 (y, x of the transposed image).</summary>
    public required ValueArray<int> Patch { get; init; }

    /// <summary>The spacing to which images are resampled.</summary>
    public required ValueArray<double> Spacing { get; init; }

    /// <summary>The median size in voxels of the training cases at that spacing.</summary>
    public required ValueArray<int> MedianSize { get; init; }

    /// <summary>The data set's licence; null where nothing tells it.</summary>
    public required string? Licence { get; init; }

    /// <summary>Whether the model has a <c>postprocessing.json</c>.</summary>
    public required bool HasPostprocessing { get; init; }

    /// <summary>Collects the facts of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dataset">The task's <c>dataset.json</c>, where it lies elsewhere than in the model's folder; need not exist.</param>
    /// <exception cref="DescribedException">A <c>dataset.json</c> is damaged.</exception>
    public static ModelFacts Of(ModelFolder model, string? dataset = null)
    {
        string[] name = Path.GetFileName(model.Path).Split("__", 3); // TRAINER__PLANS, of nnU-Net v2 TRAINER__PLANS__CONFIGURATION
        DatasetDescription? description = model.Stored.TellsDataset ? null : Description(Path.Combine(model.Path, DatasetDescription.FileName)) ?? Description(dataset);
        ModelContract contract = model.Contract;
        PreprocessingRecipe recipe = contract.Preprocessing;
        return new ModelFacts
        {
            Generation = model.Format.Title,
            Trainer = model.Trainer.Length > 0 ? model.Trainer : name[0],
            Plans = model.Stored.PlansName ?? (name.Length > 1 ? name[1] : "not known"),
            Configuration = model.Stored.Configuration ?? (name.Length > 2 ? name[2] : null),
            Channels = recipe.Channels.Select(static c => $"{c.Name} ({c.Normalization})").ToValueArray(),
            Labels = contract.Labels.Foreground.Select(label => Label(label, contract.Labels, description)).ToValueArray(),
            Regions = RegionsOf(contract.Labels),
            Folds = model.Folds.Select(fold => Fold(model, fold)).ToValueArray(),
            Patch = contract.Tiles.Is2D ? contract.Tiles.Size : InImage(recipe, contract.Tiles.Size),
            Spacing = InImage(recipe, recipe.Spacing),
            MedianSize = InImage(recipe, contract.MedianShape),
            Licence = model.Stored.Licence ?? LicenceIn(description) ?? PretrainedModel.All.FirstOrDefault(m => m.Name == Path.GetFileName(Path.GetDirectoryName(model.Path)))?.Licence,
            HasPostprocessing = contract.Postprocessing is not null,
        };
    }

    private static DatasetDescription? Description(string? path) => path is not null && File.Exists(path) ? DatasetDescription.Read(path) : null;

    private static string Label(int label, LabelContract labels, DatasetDescription? description)
    {
        string number = label.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (labels.NameOf(label) is { } known) return $"{number} {known}";
        return description is not null && description.NamedLabels.TryGetValue(number, out string? name) ? $"{number} {name}" : number;
    }

    /// <summary>Where nobody says which labels belong to the regions, the labels with which they are painted tell how many there are.</summary>
    private static ValueArray<string> RegionsOf(LabelContract labels) => labels.RegionsClassOrder
        .Select((painted, i) => i < labels.Regions.Count ? $"{labels.Regions[i]}, painted with {painted}" : $"painted with {painted}").ToValueArray();

    private static string? LicenceIn(DatasetDescription? description) =>
        description is not null && (description.Unknown.TryGetValue("licence", out JsonElement text) || description.Unknown.TryGetValue("license", out text))
        && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } licence ? licence : null;

    private static FoldFacts Fold(ModelFolder model, string fold)
    {
        FileInfo[] files = [.. ModelFolder.Endings().SelectMany(ending => VisibleFiles.In(model.FoldPath(fold), "*" + ending)).Select(static f => new FileInfo(f)).OrderBy(static f => f.Name, StringComparer.Ordinal)];
        return new FoldFacts(fold, files.Select(static f => f.Name).ToValueArray(), files.Sum(static f => f.Length));
    }

    /// <summary>Values in the axes of the image: a model's own are transposed.</summary>
    private static ValueArray<T> InImage<T>(PreprocessingRecipe recipe, ValueArray<T> values) => values.Count == 3 ? [.. recipe.TransposeBackward.Select(axis => values[axis])] : values;
}
