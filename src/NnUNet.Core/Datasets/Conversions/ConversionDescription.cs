using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>The layout of a data set as it is downloaded, and what it becomes in the raw folder: one small JSON file.</summary>
/// <remarks>
/// Those of public data sets are in the program (<see cref="ConversionDescriptions"/>); docs/conversions.md explains the keys, and
/// docs/schemas/files/dataset_conversion.json is their schema.
/// </remarks>
public sealed record ConversionDescription : ICheckedRecord
{
    /// <summary>The name of the task without its number, by which the data set is chosen too.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The task's number.</summary>
    [JsonPropertyName("task")]
    public required int Task { get; init; }

    /// <summary>What the data show, in a line.</summary>
    [JsonPropertyName("description")]
    public required string Description { get; init; }

    /// <summary>Where the data come from.</summary>
    [JsonPropertyName("reference")]
    public string Reference { get; init; } = "";

    /// <summary>Under which licence the data are.</summary>
    [JsonPropertyName("licence")]
    public string Licence { get; init; } = "";

    /// <summary>What is to be done before, such as converting files of a format that is not read; null where nothing is.</summary>
    [JsonPropertyName("before")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Before { get; init; }

    /// <summary>The channels' names in the order of their numbers.</summary>
    [JsonPropertyName("channels")]
    public required ValueArray<string> Channels { get; init; }

    /// <summary>The labels' names in the order of their values, the background first.</summary>
    [JsonPropertyName("labels")]
    public required ValueArray<string> Labels { get; init; }

    /// <summary>Which label each value of the source's segmentations becomes: values, ranges (<c>56-70</c>, <c>100000-</c>) or <c>*</c> by label; null where they are the labels already.</summary>
    [JsonPropertyName("label_map")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, int>? LabelMap { get; init; }

    /// <summary>Work on the voxels beyond renaming, in its order, before values become labels.</summary>
    [JsonPropertyName("steps")]
    public ValueArray<StepDescription> Steps { get; init; }

    /// <summary>Where the cases lie.</summary>
    [JsonPropertyName("cases")]
    public required ValueArray<CaseRule> Cases { get; init; }

    /// <summary>The folds; null for the usual ones.</summary>
    [JsonPropertyName("split")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SplitDescription? Split { get; init; }

    /// <summary>How predictions get the form that the challenge wants; null where only the labels change, or nothing.</summary>
    [JsonPropertyName("back")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BackDescription? Back { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The task's full name: <c>Task027_ACDC</c>.</summary>
    [JsonIgnore]
    public string TaskName => Workspace.TaskName(Task, Name);

    /// <summary>Whether predictions have a form of their own to be brought into.</summary>
    [JsonIgnore]
    public bool HasWayBack => Back is not null || (LabelMap is not null && Conversions.LabelMap.Of(LabelMap, []).Inverse() is not null);

    /// <inheritdoc/>
    IEnumerable<string> ICheckedRecord.Faults() => ConversionPlan.FaultsOf(this);
}

/// <summary>Where cases of one kind lie in the source.</summary>
public sealed record CaseRule
{
    /// <summary>training, test or validation: images go to imagesTr, imagesTs or imagesVal, segmentations to labelsTr, labelsTs or labelsVal.</summary>
    [JsonPropertyName("set")]
    public string Set { get; init; } = "training";

    /// <summary>The case's name, made of what the patterns find.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Patterns of the images, one a channel; one alone for all channels where files have as many channels (a fourth axis, colours).</summary>
    [JsonPropertyName("images")]
    public required ValueArray<string> Images { get; init; }

    /// <summary>Pattern of the segmentation; null where there is none.</summary>
    [JsonPropertyName("label")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>images: each image of the first pattern is a case, and a missing segmentation a fault. labels: each segmentation is one, and images without are left out.</summary>
    [JsonPropertyName("from")]
    public string From { get; init; } = "images";

    /// <summary>Which values of names are taken: a range of numbers (<c>0-209</c>, <c>210-</c>) or texts (<c>A|B</c>).</summary>
    [JsonPropertyName("where")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, string>? Where { get; init; }

    /// <summary>A table in the source whose rows are the cases; null where there is none.</summary>
    [JsonPropertyName("table")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CaseTable? Table { get; init; }

    /// <summary>The name that holds the number, from 0 on, of the one volume that is taken of files with a fourth axis; null for whole files.</summary>
    [JsonPropertyName("frame")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Frame { get; init; }

    /// <summary>Cases that each image becomes, its slices dealt out to them in turn; their numbers from 0 on are the name <c>part</c>. For stacks of pictures that are no volume.</summary>
    [JsonPropertyName("slice_parts")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SliceParts { get; init; }

    /// <summary>Equal cases that each image becomes; their numbers from 0 on are the name <c>copy</c>. Where there is one image, and five folds need five.</summary>
    [JsonPropertyName("copies")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Copies { get; init; }

    /// <summary>The name that holds the number of a picture in its sequence: the pictures before it are the channels before it, zeros where there are none; null for one picture alone.</summary>
    [JsonPropertyName("earlier_by")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EarlierBy { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>A table of comma- or semicolon-separated values whose rows are cases.</summary>
public sealed record CaseTable
{
    /// <summary>The file's path below the source, with <c>*</c> and <c>**</c> as in patterns, with its ending.</summary>
    [JsonPropertyName("file")]
    public required string File { get; init; }

    /// <summary>The columns' headings by the name that gets their text.</summary>
    [JsonPropertyName("columns")]
    public required SortedDictionary<string, string> Columns { get; init; }

    /// <summary>Columns of which each gives a case of its own: headings by the name that gets their text; null where a row is one case.</summary>
    [JsonPropertyName("each")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, ValueArray<string>>? Each { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>A step and what is said to it.</summary>
public sealed record StepDescription
{
    /// <summary>The step's name in the catalogue of <see cref="ConversionStep"/>.</summary>
    [JsonPropertyName("step")]
    public required string Step { get; init; }

    /// <summary>Whether the step is done only where it is asked for.</summary>
    [JsonPropertyName("optional")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Optional { get; init; }

    /// <summary>What is said to the step.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Parameters { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>A rule of splits and what is said to it.</summary>
public sealed record SplitDescription
{
    /// <summary>The rule's name in the catalogue of <see cref="SplitRule"/>.</summary>
    [JsonPropertyName("rule")]
    public required string Rule { get; init; }

    /// <summary>What is said to the rule.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Parameters { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>How predictions get the form that a challenge wants.</summary>
public sealed record BackDescription
{
    /// <summary>Pattern of the predictions' names, without ending.</summary>
    [JsonPropertyName("from")]
    public string From { get; init; } = "{case}";

    /// <summary>The file's path, without ending, made of what the pattern finds.</summary>
    [JsonPropertyName("to")]
    public string To { get; init; } = "{case}";

    /// <summary>The ending that the challenge wants; null for the predictions' own.</summary>
    [JsonPropertyName("ending")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ending { get; init; }

    /// <summary>What each label becomes; null for the inverse of the conversion's map, if it has one.</summary>
    [JsonPropertyName("label_map")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, int>? LabelMap { get; init; }

    /// <summary>Work on the voxels, in its order, before labels become the challenge's values.</summary>
    [JsonPropertyName("steps")]
    public ValueArray<StepDescription> Steps { get; init; }

    /// <summary>Words for the predictions of one group, in the order of their names; null where names say all.</summary>
    [JsonPropertyName("order")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OrderDescription? Order { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>Words by the place in a group, such as ED and ES for the first and the second image of a patient.</summary>
public sealed record OrderDescription
{
    /// <summary>The name whose text the members of a group have in common.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }

    /// <summary>The name that gets the word.</summary>
    [JsonPropertyName("as")]
    public required string As { get; init; }

    /// <summary>The words, one for each member of a group.</summary>
    [JsonPropertyName("words")]
    public required ValueArray<string> Words { get; init; }

    /// <summary>Keys that there are not: faults.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}
