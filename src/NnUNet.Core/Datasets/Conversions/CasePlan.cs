using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>A <see cref="CaseRule"/> made ready: its patterns and templates.</summary>
internal sealed class CasePlan
{
    /// <summary>The name that holds the number of a part of the slices.</summary>
    public const string PartName = "part";

    /// <summary>The name that holds the number of a copy.</summary>
    public const string CopyName = "copy";

    private CasePlan(CaseRule rule, IReadOnlyList<PathPattern> images, PathPattern? label, NameTemplate name, PathPattern? table) =>
        (Rule, Images, Label, Name, Table) = (rule, images, label, name, table);

    /// <summary>What the description says.</summary>
    public CaseRule Rule { get; }

    /// <summary>The patterns of the images.</summary>
    public IReadOnlyList<PathPattern> Images { get; }

    /// <summary>The pattern of the segmentation.</summary>
    public PathPattern? Label { get; }

    /// <summary>The case's name.</summary>
    public NameTemplate Name { get; }

    /// <summary>The path of the table.</summary>
    public PathPattern? Table { get; }

    /// <summary>The folder of the images in the task.</summary>
    public string ImageFolder => Rule.Set switch { "test" => DatasetFolder.TestImages, "validation" => "imagesVal", _ => DatasetFolder.TrainingImages };

    /// <summary>The folder of the segmentations in the task.</summary>
    public string LabelFolder => Rule.Set switch { "test" => "labelsTs", "validation" => "labelsVal", _ => DatasetFolder.TrainingLabels };

    /// <summary>Whether the cases are trained on.</summary>
    public bool IsTraining => Rule.Set == "training";

    /// <summary>The patterns in the order in which they are joined.</summary>
    public IEnumerable<PathPattern> Patterns => Label is null ? Images : Rule.From == "labels" ? Images.Prepend(Label) : Images.Append(Label);

    /// <summary>All names that a case has texts for.</summary>
    public IReadOnlyCollection<string> Names => NamesOf(Rule, [.. Patterns]);

    /// <summary>The rule made ready; null where it is faulty.</summary>
    /// <param name="rule">What the description says.</param>
    /// <param name="where">The rule's place in it, for messages.</param>
    /// <param name="channels">Channels of the data set.</param>
    /// <param name="faults">Gets what is wrong, one sentence each.</param>
    public static CasePlan? Of(CaseRule rule, string where, int channels, List<string> faults)
    {
        int before = faults.Count;
        UnknownKeys(rule.Unknown, typeof(CaseRule), where, faults);
        if (rule.Table is { } caseTable) UnknownKeys(caseTable.Unknown, typeof(CaseTable), $"{where}.table", faults);
        if (rule.Set is not ("training" or "test" or "validation")) faults.Add($"{where}.set is \"{rule.Set}\", but must be training, test or validation");
        if (rule.From is not ("images" or "labels")) faults.Add($"{where}.from is \"{rule.From}\", but must be images or labels");
        if (rule.From == "labels" && rule.Label is null) faults.Add($"{where}.from is \"labels\", but there is no label");
        if (rule.Set == "training" && rule.Label is null) faults.Add($"{where} has no label, but training cases need one");
        if (rule.Images.Count != channels && rule.Images.Count != 1) faults.Add($"{where}.images has {rule.Images.Count} patterns, but must have 1, or {channels}, one a channel");
        if (rule.SliceParts is < 1) faults.Add($"{where}.slice_parts is {rule.SliceParts}, but must be at least 1");
        if (rule.Copies is < 1) faults.Add($"{where}.copies is {rule.Copies}, but must be at least 1");
        if (rule.Frame is not null && channels > 1 && rule.Images.Count == 1) faults.Add($"{where}.frame is given, so each channel needs a pattern of its own");
        PathPattern?[] images = [.. rule.Images.Select((text, i) => Pattern(text, $"{where}.images[{i}]", faults))];
        PathPattern? label = rule.Label is null ? null : Pattern(rule.Label, $"{where}.label", faults);
        PathPattern? table = rule.Table is null ? null : Pattern(rule.Table.File, $"{where}.table.file", faults);
        NameTemplate? name = Template(rule.Name, $"{where}.name", faults);
        if (faults.Count > before) return null;

        CasePlan plan = new(rule, [.. images.OfType<PathPattern>()], label, name!, table);
        IReadOnlyCollection<string> known = plan.Names;
        Missing(plan.Name.Names, $"{where}.name", known, faults);
        Missing(rule.Where?.Keys ?? Enumerable.Empty<string>(), $"{where}.where", known, faults);
        Missing(((string?[])[rule.Frame, rule.EarlierBy]).OfType<string>(), where, known, faults);
        if (rule.EarlierBy is { } by && (rule.Images.Count != 1 || !plan.Images[0].Names.Contains(by))) faults.Add($"{where}.earlier_by is \"{by}\", which the one pattern of images must have");
        return faults.Count > before ? null : plan;
    }

    /// <summary>Whether a case is among those that <c>where</c> takes, as far as its texts are known.</summary>
    public bool Takes(IReadOnlyDictionary<string, string> texts) => Rule.Where is not { } conditions
        || conditions.All(c => !texts.TryGetValue(c.Key, out string? text) || Fits(c.Value, text));

    /// <summary>Adds the keys that a record does not have.</summary>
    internal static void UnknownKeys(IDictionary<string, System.Text.Json.JsonElement> unknown, Type record, string where, List<string> faults) =>
        faults.AddRange(unknown.Keys.Select(key => $"{(where.Length == 0 ? "the file" : where)} has the key \"{key}\"; {Nearest.Remedy(key, [.. JsonShape.KeysOf(record)])}"));

    /// <summary>A pattern; null where the text is none.</summary>
    internal static PathPattern? Pattern(string text, string where, List<string> faults) => Ready(text, where, faults, static t => new PathPattern(t));

    /// <summary>A template; null where the text is none.</summary>
    internal static NameTemplate? Template(string text, string where, List<string> faults) => Ready(text, where, faults, static t => new NameTemplate(t));

    /// <summary>Adds names for which there are no texts.</summary>
    internal static void Missing(IEnumerable<string> names, string where, IReadOnlyCollection<string> known, List<string> faults) =>
        faults.AddRange(names.Where(n => !known.Contains(n)).Select(n => $"{where} names {{{n}}}, which no pattern and no column gives a text; {(known.Count == 0 ? "none does" : Nearest.Remedy(n, known))}"));

    private static SortedSet<string> NamesOf(CaseRule rule, IReadOnlyList<PathPattern> patterns) => new(
        [
            .. patterns.SelectMany(static p => p.Names), .. rule.Table?.Columns.Keys ?? Enumerable.Empty<string>(), .. rule.Table?.Each?.Keys ?? Enumerable.Empty<string>(),
            .. rule.SliceParts is null ? [] : (string[])[PartName], .. rule.Copies is null ? [] : (string[])[CopyName],
        ],
        StringComparer.Ordinal);

    private static T? Ready<T>(string text, string where, List<string> faults, Func<string, T> make)
        where T : class
    {
        try
        {
            return make(text);
        }
        catch (DescribedException e)
        {
            faults.Add($"{where} is {e.Where}: {e.What}; {e.Remedy}");
            return null;
        }
    }

    private static bool Fits(string condition, string text) => ValueRange.TryParse(condition) is { } range && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out long number)
        ? range.Contains(number)
        : condition.Split('|').Contains(text, StringComparer.Ordinal);
}
