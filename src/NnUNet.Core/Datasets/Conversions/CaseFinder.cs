using System.Buffers;
using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Finds the cases of a data set in its source folder.</summary>
internal sealed class CaseFinder
{
    private const int MostOfAKind = 10;
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\:*?\"<>|");

    private readonly ConversionPlan _plan;
    private readonly SourceTree _tree;
    private readonly List<DatasetFault> _faults = [];
    private readonly Dictionary<PathPattern, IReadOnlyList<PatternMatch>> _matches = [];

    private CaseFinder(ConversionPlan plan, SourceTree tree) => (_plan, _tree) = (plan, tree);

    /// <summary>All cases, in the ordinal order of their folders and names.</summary>
    /// <param name="plan">What the data set looks like.</param>
    /// <param name="tree">The source.</param>
    /// <exception cref="DatasetException">There are no training cases, images are missing, or names occur twice; all of it in one report.</exception>
    public static IReadOnlyList<FoundCase> Find(ConversionPlan plan, SourceTree tree)
    {
        CaseFinder finder = new(plan, tree);
        FoundCase[] cases = [.. plan.Cases.SelectMany(finder.CasesOf).OrderBy(static c => c.Plan.ImageFolder, StringComparer.Ordinal).ThenBy(static c => c.CaseId, StringComparer.Ordinal)];
        foreach (IGrouping<string, FoundCase> same in cases.GroupBy(static c => c.Key, StringComparer.Ordinal).Where(static g => g.Count() > 1))
        {
            finder._faults.Add(new DatasetFault(same.Key, $"{same.Count()} cases get this name: {string.Join(", ", same.Select(c => tree.Relative(c.Images.First().Path)))}", "give one of the folders that hold them, or move one away"));
        }

        if (finder._faults.Count == 0 && !cases.Any(static c => c.Plan.IsTraining)) finder._faults.Add(finder.Nothing());
        return finder._faults.Count == 0 ? cases : throw new DatasetException($"{plan.Description.Name} in {tree.Root}", finder._faults);
    }

    private List<FoundCase> CasesOf(CasePlan rule)
    {
        List<Binding> bindings = rule.Table is null ? [new Binding(new Dictionary<string, string>(StringComparer.Ordinal), [])] : Rows(rule);
        int known = _faults.Count;
        foreach (PathPattern pattern in rule.Patterns)
        {
            bindings = Join(rule, bindings, pattern);
            if (bindings.Count == 0) break;
        }

        if (_faults.Count > known + MostOfAKind)
        {
            int more = _faults.Count - known - MostOfAKind;
            _faults.RemoveRange(known + MostOfAKind, more);
            _faults.Add(new DatasetFault(rule.ImageFolder, $"{more} more of the same", "see above"));
        }

        return [.. bindings.SelectMany(b => Cases(rule, b))];
    }

    /// <summary>What a pattern finds in the whole source, looked for once.</summary>
    private IReadOnlyList<PatternMatch> Matches(PathPattern pattern, bool isLabel = false) =>
        _matches.TryGetValue(pattern, out IReadOnlyList<PatternMatch>? known) ? known : _matches[pattern] = Find(pattern, isLabel);

    /// <summary>The images that a pattern finds; of a segmentation, folders of pictures too, where there is no image of the same texts.</summary>
    private IReadOnlyList<PatternMatch> Find(PathPattern pattern, bool isLabel)
    {
        IReadOnlyList<PatternMatch> images = pattern.Find(_tree);
        if (!isLabel) return images;
        HashSet<string> there = [.. images.Select(m => Key(m.Texts, [.. pattern.Names]))];
        return [.. images, .. pattern.FindStacks(_tree).Where(m => !there.Contains(Key(m.Texts, [.. pattern.Names])))];
    }

    /// <summary>Each binding with the images that a pattern finds for it.</summary>
    private List<Binding> Join(CasePlan rule, List<Binding> bindings, PathPattern pattern)
    {
        IReadOnlyList<PatternMatch> matches = Matches(pattern, pattern == rule.Label);
        if (bindings.Count == 0) return [];
        string[] shared = [.. pattern.Names.Where(bindings[0].Texts.ContainsKey)];
        bool isFirst = bindings[0].Images.Count == 0;
        bool mayMiss = isFirst && (rule.Table is null || rule.Rule.From == "labels");
        ILookup<string, PatternMatch> byKey = matches.ToLookup(m => Key(m.Texts, shared), StringComparer.Ordinal);
        List<Binding> joined = [];
        foreach (Binding binding in bindings)
        {
            PatternMatch[] found = [.. byKey[Key(binding.Texts, shared)]];
            if (found.Length == 0 && !mayMiss) _faults.Add(Missing(binding, pattern));
            if (found.Length > 1 && shared.Length == pattern.Names.Count && (!isFirst || rule.Table is not null))
            {
                _faults.Add(new DatasetFault(pattern.With(binding.Texts), $"{found.Length} images are found here: {string.Join(", ", found.Take(3).Select(f => _tree.Relative(f.Image.Path)))}", "leave one of them there"));
            }

            joined.AddRange(found.Select(f => binding.With(f, pattern)).Where(b => rule.Takes(b.Texts)));
        }

        return joined;
    }

    private DatasetFault Missing(Binding binding, PathPattern pattern) => _tree.FirstUnread(pattern) is { } unread
        ? Unread(unread)
        : new DatasetFault(pattern.With(binding.Texts), $"there is no such image{(binding.Images.Count > 0 ? $", but {_tree.Relative(binding.Images.First().Value.Image.Path)} needs it" : "")}", "complete the data set");

    private DatasetFault Nothing()
    {
        CasePlan rule = _plan.Cases.First(static c => c.IsTraining);
        return rule.Patterns.Select(p => _tree.FirstUnread(p)).FirstOrDefault(static u => u is not null) is { } unread
            ? Unread(unread)
            : new DatasetFault("training cases", $"no image is found as {rule.Patterns.First()}", $"give the folder that has them so, with an ending of {string.Join(", ", ImageFile.Endings)}");
    }

    private DatasetFault Unread(string path) => new(
        path, "it lies where an image is expected, but its format is not read", _plan.Description.Before ?? $"convert it to {string.Join(" or ", ImageFile.WritableEndings)} under the same name, then repeat the command");

    private IEnumerable<FoundCase> Cases(CasePlan rule, Binding binding)
    {
        for (int copy = 0; copy < (rule.Rule.Copies ?? 1); copy++)
        {
            for (int part = 0; part < (rule.Rule.SliceParts ?? 1); part++)
            {
                Dictionary<string, string> texts = new(binding.Texts, StringComparer.Ordinal);
                if (rule.Rule.Copies is not null) texts[CasePlan.CopyName] = copy.ToString(CultureInfo.InvariantCulture);
                if (rule.Rule.SliceParts is not null) texts[CasePlan.PartName] = part.ToString(CultureInfo.InvariantCulture);
                if (Named(rule, binding, texts) is { } found) yield return found with { SlicePart = rule.Rule.SliceParts is null ? null : part };
            }
        }
    }

    private FoundCase? Named(CasePlan rule, Binding binding, Dictionary<string, string> texts)
    {
        try
        {
            int? frame = rule.Rule.Frame is not { } name ? null
                : int.TryParse(texts[name], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
                : throw new DescribedException(_tree.Relative(binding.Images.First().Value.Image.Path), $"{name} is \"{texts[name]}\", but must be the number of a volume", "correct the table");
            FoundImage?[] channels = Channels(rule, binding, frame);
            FoundImage? label = rule.Label is null ? null : Label(binding.Images[rule.Label], channels, frame);
            string caseId = rule.Name.Fill(texts);
            return caseId.AsSpan().ContainsAny(NotInNames) || caseId.Trim() != caseId || caseId.Length == 0 || VisibleFiles.IsIgnored(caseId)
                ? throw new DescribedException(_tree.Relative(binding.Images.First().Value.Image.Path), $"its case would be called \"{caseId}\", which is no name for a file", "correct the table or the files' names")
                : new FoundCase(rule, caseId, texts, channels, label, null);
        }
        catch (DescribedException e)
        {
            _faults.Add(DatasetFault.From(e));
            return null;
        }
    }

    /// <summary>The segmentation; pictures lie on the grid of the case's first image.</summary>
    private static FoundImage Label(PatternMatch found, FoundImage?[] channels, int? frame) =>
        found.Stack is null ? new FoundImage(found.Image, frame) : new FoundImage(found.Image, null) { Stack = found.Stack, Grid = channels.OfType<FoundImage>().First().Image };

    private FoundImage?[] Channels(CasePlan rule, Binding binding, int? frame)
    {
        int channels = _plan.Description.Channels.Count;
        if (rule.Rule.EarlierBy is { } by) return [.. Enumerable.Range(0, channels).Select(c => Earlier(rule.Images[0], binding, by, channels - 1 - c))];
        if (rule.Images.Count == 1 && channels > 1) return [.. Enumerable.Range(0, channels).Select(c => new FoundImage(binding.Images[rule.Images[0]].Image, c))];
        return [.. rule.Images.Select(p => new FoundImage(binding.Images[p].Image, frame))];
    }

    /// <summary>The picture that lies some numbers before a case's own in its sequence; null where there is none.</summary>
    private FoundImage? Earlier(PathPattern pattern, Binding binding, string by, int before)
    {
        long number = Number(binding.Texts) - before;
        return Matches(pattern).FirstOrDefault(m => Number(m.Texts) == number && m.Texts.All(t => t.Key == by || binding.Texts[t.Key] == t.Value)) is { } found ? new FoundImage(found.Image, null) : null;

        long Number(IReadOnlyDictionary<string, string> texts) => long.TryParse(texts[by], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new DescribedException(_tree.Relative(binding.Images.First().Value.Image.Path), $"{by} is \"{texts[by]}\", but must be a number", "correct the name");
    }

    /// <summary>The cases of a table's rows.</summary>
    private List<Binding> Rows(CasePlan rule)
    {
        CaseTable wanted = rule.Rule.Table!;
        string[] headings = [.. wanted.Columns.Values, .. wanted.Each?.Values.SelectMany(static v => v) ?? []];
        string[] files = [.. _tree.Others.Where(o => rule.Table!.Match(o) is not null)];
        (string File, SeparatedTable Table)[] tables = [.. files.Select(f => (f, SeparatedTable.Read(Path.Combine(_tree.Root, f)))).Where(t => headings.All(h => t.Item2.Find(h) >= 0))];
        if (tables.Length != 1)
        {
            _faults.Add(new DatasetFault(
                wanted.File,
                tables.Length == 0 ? $"no such table has the columns {string.Join(", ", headings)}{(files.Length > 0 ? $" ({string.Join(", ", files)} {(files.Length == 1 ? "has" : "have")} not)" : "")}" : $"{tables.Length} tables have the columns {string.Join(", ", headings)}: {string.Join(", ", tables.Select(static t => t.File))}",
                tables.Length == 0 ? "put the data set's table there, as comma-separated values" : "leave one of them there"));
            return [];
        }

        SeparatedTable table = tables[0].Table;
        List<Binding> rows = [];
        (string Name, int Column)[] single = [.. wanted.Columns.Select(c => (c.Key, table.Find(c.Value)))];
        (string Name, int[] Columns)[] each = [.. (wanted.Each ?? []).Select(e => (e.Key, e.Value.Select(table.Find).ToArray()))];
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            Dictionary<string, string> texts = single.ToDictionary(static c => c.Name, c => row[c.Column], StringComparer.Ordinal);
            IEnumerable<Dictionary<string, string>> all = [texts];
            foreach ((string name, int[] columns) in each)
            {
                all = [.. all.SelectMany(t => columns.Select(column => new Dictionary<string, string>(t, StringComparer.Ordinal) { [name] = row[column] }))];
            }

            rows.AddRange(all.Where(t => rule.Takes(t)).Select(static t => new Binding(t, [])));
        }

        return rows;
    }

    private static string Key(IReadOnlyDictionary<string, string> texts, string[] names) => string.Join('\n', names.Select(n => texts[n]));

    /// <summary>Texts that are known so far, and the images that were found with them.</summary>
    private sealed record Binding(Dictionary<string, string> Texts, Dictionary<PathPattern, PatternMatch> Images)
    {
        public Binding With(PatternMatch match, PathPattern pattern)
        {
            Dictionary<string, string> texts = new(Texts, StringComparer.Ordinal);
            foreach ((string name, string text) in match.Texts) texts[name] = text;
            return new Binding(texts, new Dictionary<PathPattern, PatternMatch>(Images) { [pattern] = match });
        }
    }
}
