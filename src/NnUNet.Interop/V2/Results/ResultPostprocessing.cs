using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Cases;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Interop.V2.Results;

/// <summary>v2's postprocessing: <c>postprocessing.pkl</c> with <c>postprocessing.json</c> beside it, which say the same.</summary>
/// <remarks>
/// The pickle is a pair of a list of functions and a list of their arguments. Only the name of the one function that v2 ever writes is
/// accepted; nothing is looked up or run. Source: nnunetv2/postprocessing/remove_connected_components.py.
/// </remarks>
/// <param name="Steps">What is removed, in order.</param>
internal sealed record ResultPostprocessing(ValueArray<ComponentStep> Steps)
{
    /// <summary>The name of the pickle.</summary>
    public const string PickleName = "postprocessing.pkl";

    /// <summary>The name of the readable file.</summary>
    public const string JsonName = "postprocessing.json";

    private const string Module = "nnunetv2.postprocessing.remove_connected_components";
    private const string Function = "remove_all_but_largest_component_from_segmentation";
    private const string LabelsKey = "labels_or_regions";
    private const string BackgroundKey = "background_label";
    private const string Remedy = "give the postprocessing.pkl or postprocessing.json that nnUNetv2_find_best_configuration or nnUNetv2_determine_postprocessing wrote";

    /// <summary>More voxels than any postprocessing has labels.</summary>
    private const int Most = 1 << 16;

    /// <summary>What is removed, for people: the end of a sentence without its full stop.</summary>
    public string Text => Steps.Count == 0 ? "every part stays" : $"only the largest part stays of {string.Join(", then of ", Steps.Select(static s => s.Text))}";

    /// <summary>Reads either file; of the pair, the other one where the named one is not there.</summary>
    /// <param name="path">The pickle, or the JSON file.</param>
    /// <exception cref="DescribedException">The file is missing, damaged, or asks for something else than removing components.</exception>
    public static ResultPostprocessing Read(string path)
    {
        string json = Path.ChangeExtension(path, ".json");
        if (!File.Exists(path) && File.Exists(json)) path = json;
        if (!File.Exists(path)) throw new DescribedException(path, "there is no such file", Remedy);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OfJson(path) : OfPickle(path);
    }

    /// <summary>Removes from a segmentation (z, y, x), in place.</summary>
    public void Apply(Volume<short> labels)
    {
        foreach (ComponentStep step in Steps) step.Apply(labels);
    }

    /// <summary>Removes from all segmentations of a folder, and writes them under the same names into another one, with records of how each was made.</summary>
    /// <param name="input">The folder of the segmentations.</param>
    /// <param name="output">Gets the results.</param>
    /// <param name="ending">The ending of both.</param>
    /// <param name="loop">How many at a time.</param>
    /// <returns>Number of segmentations.</returns>
    /// <exception cref="DescribedException">Files cannot be read: one report for all, after the others are done.</exception>
    public int ApplyTo(string input, string output, string ending, SegmentationLoop loop)
    {
        IReadOnlyList<string> names = ResultSummary.Files(input, ending);
        if (Path.GetFullPath(input) == Path.GetFullPath(output)) throw new DescribedException(output, "this folder is read from and written to", "choose another output folder");
        if (!ImageFile.WritableEndings.Contains(ending, StringComparer.OrdinalIgnoreCase)) throw new DescribedException(input, ResultEnding.Fault(ending)!, "convert the segmentations");
        Directory.CreateDirectory(output);
        ResultRecords before = new(input), records = new(output);
        loop.Run("postprocessing", [.. names.Select(n => Path.Combine(input, n))], i =>
        {
            string from = Path.Combine(input, names[i]), caseId = CaseName.Of(from);
            ResultOrigin origin = OriginOf(from, before.Read(caseId) is { } made && before.IsIntact(made, ImageLocation.Of(from)!) ? made : null);
            Volume<short> labels = ImageFile.ReadLabels(from);
            Apply(labels);
            records.Begin(caseId, origin);
            ImageFile.WriteLabels(Path.Combine(output, names[i]), labels, ImageLocation.Of(from));
            records.End(caseId, origin, Path.Combine(output, names[i]));
            return true;
        });
        return names.Count;
    }

    /// <summary>How a result is made: of which segmentation, and so far as that one's record tells, of which image.</summary>
    private ResultOrigin OriginOf(string segmentation, ResultRecord? made) => new()
    {
        MadeBy = "nnUNetv2_apply_postprocessing",
        ImageOnRecord = made?.Image ?? [],
        MadeFrom = ResultOrigin.FilesOf([segmentation]),
        Postprocessing = Text,
    };

    /// <summary>Writes both files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="before">The scores of the segmentations as they were predicted.</param>
    /// <param name="after">Those after postprocessing.</param>
    public void Write(string folder, SummaryMeans before, SummaryMeans after)
    {
        PickleFile.Write(Path.Combine(folder, PickleName), PickleTuple.Create(
        [
            Steps.Select(static _ => (object?)new PickledName(Module, Function)).ToList(),
            Steps.Select(static s => (object?)new PickleDictionary { [LabelsKey] = Labels(s) }).ToList(),
        ]));
        PythonJsonText.Write(Path.Combine(folder, JsonName), new JsonObject
        {
            ["input_folder"] = Scores(before),
            ["postprocessed"] = Scores(after),
            ["postprocessing_fns"] = new JsonArray([.. Steps.Select(static _ => JsonValue.Create(Function))]),
            ["postprocessing_kwargs"] = new JsonArray([.. Steps.Select(static s => new JsonObject { [LabelsKey] = Node(s) })]),
        });
    }

    private static JsonObject Scores(SummaryMeans means)
    {
        (JsonObject foreground, JsonObject mean) = means.ToNodes();
        return new JsonObject { ["foreground_mean"] = foreground, ["mean"] = mean };
    }

    private static object? Labels(ComponentStep step) => step.IsList ? step.Regions.Select(Labels).ToList() : Labels(step.Regions[0]);

    private static object? Labels(ComponentRegion region) => region.IsJoint ? PickleTuple.Create([.. region.Classes.Select(static c => (object?)c)]) : region.Classes[0];

    private static JsonNode Node(ComponentStep step) => step.IsList ? new JsonArray([.. step.Regions.Select(Node)]) : Node(step.Regions[0]);

    private static JsonNode Node(ComponentRegion region) => region.IsJoint ? new JsonArray([.. region.Classes.Select(static c => JsonValue.Create(c))]) : JsonValue.Create(region.Classes[0]);

    private static ResultPostprocessing OfPickle(string path)
    {
        string full = $"{Module}.{Function}";
        object? content = PickleFile.Read(path, new PickleOptions { Values = new Dictionary<string, object>(StringComparer.Ordinal) { [full] = new PickledName(Module, Function) } });
        return content is IReadOnlyList<object?> and [IReadOnlyList<object?> functions, IReadOnlyList<object?> arguments] && functions.Count == arguments.Count
            && functions.All(static f => f is PickledName { Name: Function }) && arguments.All(static a => a is PickleDictionary)
            ? new ResultPostprocessing([.. arguments.Select((a, i) => Step(path, i, [.. ((PickleDictionary)a!).Select(static e => (e.Key as string ?? "", e.Value))]))])
            : throw new DescribedException(path, "it is no pair of a list of functions and a list of their arguments", Remedy);
    }

    private static ResultPostprocessing OfJson(string path)
    {
        if (JsonTree.Read(path) is not JsonObject root || root["postprocessing_fns"] is not JsonArray functions || root["postprocessing_kwargs"] is not JsonArray arguments || functions.Count != arguments.Count)
        {
            throw new DescribedException(path, "it has no lists postprocessing_fns and postprocessing_kwargs of one length (a postprocessing.json of nnU-Net v1 is another file)", Remedy);
        }

        if (functions.FirstOrDefault(static f => f?.ToString() != Function) is { } other) throw new DescribedException(path, $"it asks for the function {JsonShape.Short(other)}, but only {Function} is known", Remedy);
        return new ResultPostprocessing([.. arguments.Select((a, i) => Step(path, i, a is JsonObject o ? [.. o.Select(static m => (m.Key, Plain(m.Value)))] : []))]);
    }

    /// <summary>What a pickle would hold in place of a node: lists and whole numbers.</summary>
    private static object? Plain(JsonNode? node) => node switch
    {
        JsonArray list => list.Select(Plain).ToList(),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long number) => number,
        _ => null,
    };

    private static ComponentStep Step(string path, int number, (string Key, object? Value)[] arguments)
    {
        object? labels = arguments.FirstOrDefault(static a => a.Key == LabelsKey).Value;
        long background = arguments.FirstOrDefault(static a => a.Key == BackgroundKey).Value is long given ? given : 0;
        bool isList = labels is List<object?>;
        ComponentRegion?[] regions = labels switch
        {
            List<object?> { Count: > 0 and < Most } several => [.. several.Select(Region)],
            _ => [Region(labels)],
        };
        if (arguments.FirstOrDefault(static a => a.Key is not (LabelsKey or BackgroundKey)).Key is { } unknown)
        {
            throw new DescribedException(path, $"step {number + 1} has the argument {unknown}, which is not known", Remedy);
        }

        return regions.All(static r => r is not null) && background is >= 0 and <= short.MaxValue
            ? new ComponentStep([.. regions.Select(static r => r!)], isList, (short)background)
            : throw new DescribedException(path, $"{LabelsKey} of step {number + 1} is no label, region, or list of such", Remedy);
    }

    private static ComponentRegion? Region(object? value) => value switch
    {
        long label when Fits(label) => ComponentRegion.Of((int)label),
        IReadOnlyList<object?> { Count: > 0 and < Most } labels when labels.All(static l => l is long label && Fits(label)) => ComponentRegion.Joint(labels.Select(static l => (int)(long)l!)),
        _ => null,
    };

    private static bool Fits(long label) => label is >= 0 and <= short.MaxValue;
}
