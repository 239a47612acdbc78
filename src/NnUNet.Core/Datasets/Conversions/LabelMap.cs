using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Which label each value of a segmentation becomes.</summary>
/// <remarks>A value that is not in the map is a fault, never silently the background: <c>*</c> says where all others go.</remarks>
internal sealed class LabelMap
{
    private const int MostNamed = 5;

    private readonly (ValueRange Values, int Label)[] _entries;

    private LabelMap((ValueRange Values, int Label)[] entries) => _entries = entries;

    /// <summary>The labels that it gives, in ascending order.</summary>
    public IEnumerable<int> Targets => _entries.Select(static e => e.Label).Distinct().Order();

    /// <summary>The map of a description's entries.</summary>
    /// <param name="entries">Labels by value, range of values or <c>*</c>.</param>
    /// <param name="faults">Gets what is wrong with them, one sentence each.</param>
    public static LabelMap Of(IReadOnlyDictionary<string, int> entries, List<string> faults)
    {
        List<(ValueRange Values, int Label)> all = [];
        foreach ((string key, int label) in entries)
        {
            if (ValueRange.TryParse(key) is not { } values) faults.Add($"label_map has the key \"{key}\", but must have values (4), ranges of values (56-70, 100000-) or *");
            else if (label is < short.MinValue or > short.MaxValue) faults.Add(string.Create(CultureInfo.InvariantCulture, $"label_map makes {key} into {label}, but labels are from {short.MinValue} to {short.MaxValue}"));
            else all.Add((values, label));
        }

        (ValueRange Values, int Label)[] sorted = [.. all.OrderBy(static e => e.Values == ValueRange.All).ThenBy(static e => e.Values.From)];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Values != ValueRange.All && sorted[i].Values.From <= sorted[i - 1].Values.To) faults.Add($"label_map has {sorted[i - 1].Values} and {sorted[i].Values}, which have values in common");
        }

        return new LabelMap(sorted);
    }

    /// <summary>The map back; null where values cannot be told from what they became.</summary>
    public LabelMap? Inverse()
    {
        if (_entries.Any(static e => e.Values.Single is not (>= short.MinValue and <= short.MaxValue)) || Targets.Count() != _entries.Length) return null;
        return new LabelMap([.. _entries.Select(static e => (new ValueRange(e.Label, e.Label), (int)e.Values.From)).OrderBy(static e => e.Item1.From)]);
    }

    /// <summary>The segmentation with the labels that its values become.</summary>
    /// <param name="file">The segmentation's file, for the message.</param>
    /// <param name="values">Its voxels (z, y, x).</param>
    /// <exception cref="DescribedException">It has values that are not in the map.</exception>
    public Volume<int> Apply(string file, Volume<int> values)
    {
        int[] labels = new int[values.Voxels.Length];
        SortedDictionary<int, long> others = [];
        (int Value, int? Label)? last = null;
        for (int i = 0; i < labels.Length; i++)
        {
            int value = values.Voxels[i];
            if (last?.Value != value) last = (value, Find(value)); // labels come in long runs
            if (last.Value.Label is { } label) labels[i] = label;
            else others[value] = others.GetValueOrDefault(value) + 1;
        }

        return others.Count == 0 ? new Volume<int>(labels, values.Extent, values.Geometry) : throw Unknown(file, others);
    }

    /// <summary>The segmentation with the labels that its values become; values that are not in the map stay.</summary>
    /// <param name="values">Its voxels (z, y, x).</param>
    public Volume<int> ApplyKeeping(Volume<int> values) => _entries.Length == 0
        ? values
        : new Volume<int>(Array.ConvertAll(values.Voxels, value => Find(value) ?? value), values.Extent, values.Geometry);

    /// <summary>The names of labels by what their values become; labels of several names, or below 0, get none.</summary>
    /// <param name="names">The names by the values.</param>
    public IReadOnlyDictionary<int, string> ApplyKeeping(IReadOnlyDictionary<int, string> names) =>
        names.GroupBy(n => Find(n.Key) ?? n.Key, static n => n.Value).Where(static g => g.Key >= 0 && g.Count() == 1).ToDictionary(static g => g.Key, static g => g.First());

    private int? Find(int value)
    {
        foreach ((ValueRange values, int label) in _entries)
        {
            if (values.Contains(value)) return label;
        }

        return null;
    }

    private DescribedException Unknown(string file, SortedDictionary<int, long> others)
    {
        string named = string.Join(", ", others.Take(MostNamed).Select(static o => string.Create(CultureInfo.InvariantCulture, $"{o.Key} ({o.Value} voxels)")));
        string more = others.Count > MostNamed ? $" and {others.Count - MostNamed} more" : "";
        return new DescribedException(file, $"{named}{more} {(others.Count == 1 ? "is" : "are")} not among those that are expected: {string.Join(", ", _entries.Select(static e => e.Values))}", "correct the segmentation, or give a description of your own with the value in its label_map");
    }
}
