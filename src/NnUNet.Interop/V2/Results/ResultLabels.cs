using System.Text.Json.Nodes;
using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>What the commands on results need of v2's <c>dataset.json</c>: labels or regions, the ignore label, the ending of files.</summary>
/// <remarks>What labels there are says <see cref="V2Labels"/>.</remarks>
internal sealed record ResultLabels
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "dataset.json";

    private const string Remedy = "correct dataset.json, or give the one of these results";

    /// <summary>The ending of segmentations, such as <c>.nii.gz</c>.</summary>
    public required string FileEnding { get; init; }

    /// <summary>All label values in ascending order, background included, the ignore label not.</summary>
    public required ValueArray<int> AllLabels { get; init; }

    /// <summary>The regions in the order of the file; none where labels are classes.</summary>
    public ValueArray<ComponentRegion> Regions { get; init; } = [];

    /// <summary>The label with which each region is painted, later ones over earlier ones; none where labels are classes.</summary>
    public ValueArray<int> RegionsClassOrder { get; init; } = [];

    /// <summary>The label of the reference that is not scored; null where there is none.</summary>
    public int? IgnoreLabel { get; init; }

    /// <summary>Whether networks say regions instead of classes.</summary>
    public bool HasRegions => Regions.Count > 0;

    /// <summary>The label values without the background.</summary>
    public ValueArray<int> Foreground => [.. AllLabels.Where(static l => l != 0)];

    /// <summary>Channels of probabilities: regions, or classes with the background.</summary>
    public int Outputs => HasRegions ? Regions.Count : AllLabels.Count;

    /// <summary>What is scored: the regions, or every foreground label.</summary>
    public IReadOnlyList<ComponentRegion> Structures => HasRegions ? [.. Regions] : [.. Foreground.Select(ComponentRegion.Of)];

    /// <summary>The key and the labels of what is scored: <c>1</c>, <c>(1, 2)</c>.</summary>
    public static EvaluationLabel Scored(ComponentRegion structure) => new(structure.ToString(), structure.Classes);

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file, or the folder in which it lies.</param>
    /// <exception cref="DescribedException">The file is missing or damaged, or its labels cannot be; all faults in one message.</exception>
    public static ResultLabels Read(string path)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, FileName);
        if (!File.Exists(path)) throw new DescribedException(path, "there is no such file", "give the dataset.json of these results; nnU-Net v2 puts one into every folder of predictions");
        return Of(path, JsonTree.Read(path));
    }

    /// <summary>The labels of a file's content.</summary>
    /// <inheritdoc cref="Read"/>
    internal static ResultLabels Of(string path, JsonNode? content)
    {
        if (content is not JsonObject root) throw new DescribedException(path, $"it is {JsonShape.Short(content)}, but must be an object", Remedy);

        List<string> faults = [];
        V2Labels declared = V2Labels.Of(root, faults);
        string? ending = (root["file_ending"] as JsonValue)?.TryGetValue(out string? text) == true ? text : null;
        if (ending is null || ResultEnding.Fault(ending) is not null)
        {
            faults.Add(ending is null ? "it has no \"file_ending\" such as \".nii.gz\"" : $"file_ending: {ResultEnding.Fault(ending)}");
        }

        return faults.Count > 0 ? throw new DescribedException(path, FaultList.Text(faults), Remedy) : new ResultLabels
        {
            FileEnding = ending!,
            AllLabels = declared.All,
            Regions = [.. declared.Regions.Select(static r => r.IsList ? ComponentRegion.Joint(r.Values.ToArray()) : ComponentRegion.Of(r.Values[0]))],
            RegionsClassOrder = declared.RegionsClassOrder,
            IgnoreLabel = declared.Ignore,
        };
    }
}
