using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Bundles;

/// <summary>
/// Which models run in which order on which grid, how a rough crop is found, how large images are divided, how the models' labels become
/// one map, and what is cleaned afterwards: one small JSON file.
/// </summary>
/// <remarks>
/// Those of TotalSegmentator's open tasks are in the program (<see cref="BundleDescriptions"/>); docs/models-from-elsewhere.md explains the
/// keys. Spacings, crops and margins of files are in file order (x, y, z), as people who write such files know them.
/// </remarks>
public sealed record Bundle : ICheckedRecord
{
    /// <summary>The kind and version of the file that this program reads.</summary>
    public const string CurrentFormat = "nnunet/bundle/1";

    /// <summary>The kind and version of the file: <c>nnunet/bundle/1</c>.</summary>
    [JsonPropertyName("format")]
    public required string Format { get; init; }

    /// <summary>The name by which the bundle is chosen.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>What it segments, in a line.</summary>
    [JsonPropertyName("description")]
    public required string Description { get; init; }

    /// <summary>Under which licence the weights are.</summary>
    [JsonPropertyName("licence")]
    public string Licence { get; init; } = "";

    /// <summary>Where the facts in this file come from, and what to cite.</summary>
    [JsonPropertyName("sources")]
    public ValueArray<string> Sources { get; init; }

    /// <summary>The names of the image's channels in their order.</summary>
    /// <value>One: image.</value>
    [JsonPropertyName("channels")]
    public ValueArray<string> Channels { get; init; } = ["image"];

    /// <summary>The names of the labels of the values 1, 2, 3, …; an empty text where a value has no label.</summary>
    [JsonPropertyName("labels")]
    public required ValueArray<string> Labels { get; init; }

    /// <summary>The grid on which the models work; null for the image's own.</summary>
    [JsonPropertyName("grid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleGrid? Grid { get; init; }

    /// <summary>The models in the order in which they run; what a later one finds overwrites what earlier ones have found.</summary>
    [JsonPropertyName("models")]
    public required ValueArray<BundleModel> Models { get; init; }

    /// <summary>Largest step between tiles as a fraction of the tile.</summary>
    /// <value>0.5.</value>
    [JsonPropertyName("tile_step")]
    public double TileStep { get; init; } = 0.5;

    /// <summary>Whether the networks see mirrored images too, where their checkpoints allow it.</summary>
    /// <value>False.</value>
    [JsonPropertyName("mirroring")]
    public bool Mirroring { get; init; }

    /// <summary>The part of the image that is looked at; null for all of it.</summary>
    [JsonPropertyName("crop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleCrop? Crop { get; init; }

    /// <summary>The part of the image that is looked at where only some labels are asked for (<c>--roi</c>): around just these. Null: all of it.</summary>
    [JsonPropertyName("roi_crop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleCrop? RoiCrop { get; init; }

    /// <summary>How large images are divided; null for never.</summary>
    [JsonPropertyName("split")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleSplit? Split { get; init; }

    /// <summary>Labels that only help the networks: they are removed in the end.</summary>
    [JsonPropertyName("auxiliary_labels")]
    public ValueArray<string> AuxiliaryLabels { get; init; }

    /// <summary>What is cleaned on the grid of the models, in its order.</summary>
    [JsonPropertyName("cleaning")]
    public ValueArray<BundleStep> Cleaning { get; init; }

    /// <summary>What is cleaned on the image's voxels, after labels have come back to them, in its order.</summary>
    [JsonPropertyName("finishing")]
    public ValueArray<BundleStep> Finishing { get; init; }

    /// <summary>Where statistics are made: <c>image</c>, on the image as it was given, or <c>grid</c>, on the grid of the models, which is faster and less exact.</summary>
    /// <value>image.</value>
    [JsonPropertyName("statistics")]
    public string Statistics { get; init; } = OnImage;

    /// <summary>Bundles that do the same in another way, by the option that chooses them: fast, fastest.</summary>
    [JsonPropertyName("variants")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, string>? Variants { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>A value of <see cref="Statistics"/>.</summary>
    internal const string OnImage = "image";

    /// <summary>A value of <see cref="Statistics"/>.</summary>
    internal const string OnGrid = "grid";

    /// <summary>The folder of the file that the bundle was read from, to which paths in it belong; null for the program's own.</summary>
    [JsonIgnore]
    public string? Folder { get; init; }

    /// <summary>The labels that a user gets: names by value, in the order of the values, without auxiliary ones.</summary>
    public IReadOnlyList<(short Value, string Name)> NamedLabels() =>
        [.. Labels.Select(static (name, i) => (Value: (short)(i + 1), Name: name)).Where(l => l.Name.Length > 0 && !AuxiliaryLabels.Contains(l.Name))];

    /// <summary>The value of a label; 0 where there is none of this name.</summary>
    public short ValueOf(string name) => name.Length == 0 ? (short)0 : (short)(Labels.ToList().IndexOf(name) + 1);

    /// <inheritdoc/>
    IEnumerable<string> ICheckedRecord.Faults() => BundleFaults.Of(this);
}

/// <summary>A model of a bundle: which one it is, what it sees, and what its labels mean.</summary>
public sealed record BundleModel
{
    /// <summary>The channel's name by which a model sees where the crop's bundle found something: 1 there, 0 elsewhere.</summary>
    public const string CropMask = "crop_mask";

    /// <summary>What the model finds, in a word or a few, for progress.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The data set whose model it is: its number, or its full name, of which the number counts; null where <see cref="ModelPath"/> is given.</summary>
    [JsonPropertyName("dataset")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Dataset { get; init; }

    /// <summary>The model's folder, seen from the bundle's file, of whichever kind of model; instead of <see cref="Dataset"/>.</summary>
    [JsonPropertyName("folder")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ModelPath { get; init; }

    /// <summary>The trainer in the model's folder's name; * for any.</summary>
    /// <value>*.</value>
    [JsonPropertyName("trainer")]
    public string Trainer { get; init; } = Any;

    /// <summary>The plans in the model's folder's name; * for any.</summary>
    /// <value>nnUNetPlans.</value>
    [JsonPropertyName("plans")]
    public string Plans { get; init; } = "nnUNetPlans";

    /// <summary>The configuration in the model's folder's name; * for any.</summary>
    /// <value>3d_fullres.</value>
    [JsonPropertyName("configuration")]
    public string Configuration { get; init; } = "3d_fullres";

    /// <summary>The folds whose networks are averaged; none for all that there are.</summary>
    /// <value>0.</value>
    [JsonPropertyName("folds")]
    public ValueArray<string> Folds { get; init; } = ["0"];

    /// <summary>The checkpoint's name without its ending; null for what the model's kind calls the final one.</summary>
    [JsonPropertyName("checkpoint")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Checkpoint { get; init; }

    /// <summary>What the model sees, in its order: the bundle's channels by name, or <c>crop_mask</c>; none for all of the bundle's channels.</summary>
    [JsonPropertyName("channels")]
    public ValueArray<string> Channels { get; init; }

    /// <summary>The names of what the model calls 1, 2, 3, …, each one of the bundle's labels, or empty where it is not wanted; none where its values are the bundle's.</summary>
    [JsonPropertyName("labels")]
    public ValueArray<string> Labels { get; init; }

    /// <summary>Where the weights are to be had; null where that is not known.</summary>
    [JsonPropertyName("download")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleDownload? Download { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Stands for any name.</summary>
    internal const string Any = "*";
}

/// <summary>The grid on which models work.</summary>
public sealed record BundleGrid
{
    /// <summary>Where the axes x, y, z of the file lead, in three letters.</summary>
    /// <value>RAS.</value>
    [JsonPropertyName("orientation")]
    public string Orientation { get; init; } = "RAS";

    /// <summary>Millimetres between voxels (x, y, z) in that orientation; none leaves the image's.</summary>
    [JsonPropertyName("spacing")]
    public ValueArray<double> Spacing { get; init; }

    /// <summary>The resampler's name in the catalogue of <see cref="GridResampler"/>.</summary>
    /// <value>corner_aligned_zoom.</value>
    [JsonPropertyName("resampler")]
    public string Resampler { get; init; } = "corner_aligned_zoom";

    /// <summary>The order of the splines by which images are resampled: 0, 1 or 3. Labels come back by order 0.</summary>
    /// <value>1.</value>
    [JsonPropertyName("order")]
    public int Order { get; init; } = 1;

    /// <summary>Whether the fractions of intensities are cut off where an image is cropped or resampled.</summary>
    /// <value>False.</value>
    [JsonPropertyName("truncate")]
    public bool Truncate { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>How the part of an image is found that is looked at.</summary>
public sealed record BundleCrop
{
    /// <summary>The bundle that runs first, on all of the image: a name of the program's own, or a JSON file, seen from this one.</summary>
    [JsonPropertyName("bundle")]
    public required string Bundle { get; init; }

    /// <summary>The bundle that finds more, and is slower, for <c>--robust</c>; null where there is none.</summary>
    [JsonPropertyName("robust")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Robust { get; init; }

    /// <summary>The labels of that bundle around which the image is cropped; none in <see cref="Bundles.Bundle.RoiCrop"/>, where they are those that are asked for.</summary>
    [JsonPropertyName("labels")]
    public ValueArray<string> Labels { get; init; }

    /// <summary>Millimetres (x, y, z of the image's file) by which the box is larger on every side; the voxels that they are, are rounded down.</summary>
    [JsonPropertyName("margin_mm")]
    public required ValueArray<double> MarginMm { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>How large images are divided along z before the networks see them.</summary>
public sealed record BundleSplit
{
    /// <summary>Images of more voxels on the models' grid are divided.</summary>
    [JsonPropertyName("voxels")]
    public required long Voxels { get; init; }

    /// <summary>Only images of more slices are.</summary>
    [JsonPropertyName("slices")]
    public required int Slices { get; init; }

    /// <summary>How many parts they become.</summary>
    [JsonPropertyName("parts")]
    public required int Parts { get; init; }

    /// <summary>Slices by which a part is larger on either side.</summary>
    [JsonPropertyName("margin")]
    public required int Margin { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>A step of cleaning and what is said to it.</summary>
public sealed record BundleStep
{
    /// <summary>The step's name in the catalogue of <see cref="CleaningStep"/>.</summary>
    [JsonPropertyName("step")]
    public required string Step { get; init; }

    /// <summary>Whether the step is done only where it is asked for (<c>--with</c>).</summary>
    [JsonPropertyName("optional")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Optional { get; init; }

    /// <summary>What is said to the step.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Parameters { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>Where the weights of a model are to be had.</summary>
public sealed record BundleDownload
{
    /// <summary>The archive's address.</summary>
    [JsonPropertyName("url")]
    public required string Url { get; init; }

    /// <summary>The archive's bytes; null where they are not known.</summary>
    [JsonPropertyName("bytes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    /// <summary>The archive's check sum, <c>sha256:…</c> or <c>md5:…</c>; null where the source states none.</summary>
    [JsonPropertyName("checksum")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Checksum { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}
