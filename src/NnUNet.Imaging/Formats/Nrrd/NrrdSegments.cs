using System.Globalization;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>The segments of 3D Slicer's segmentations: their names, the values of their voxels, and the layers in which they lie.</summary>
/// <remarks>
/// A layer is a label map of its own, so that segments can overlap. Here all layers become one label map: every segment keeps its value, and
/// two segments of one value, or two at one voxel, are refused. Files of Slicer before 4.11 have a layer of ones for each segment and
/// state no values: their segments are 1, 2, … in their order.
/// Source: Slicer's developer guide, "Segmentations", its file format.
/// </remarks>
internal sealed class NrrdSegments
{
    private const string Prefix = "Segment";

    // Red, green and blue of segments, over and over.
    private static readonly string[] Colours = ["0.5 0.68 0.5", "0.95 0.84 0.57", "0.69 0.48 0.4", "0.44 0.72 0.82", "0.85 0.4 0.31", "0.87 0.51 0.4", "0.56 0.93 0.56", "0.75 0.4 0.34", "0.86 0.96 0.08", "0.3 0.25 0"];

    private readonly List<Segment> _segments;
    private readonly bool _hasValues;

    private NrrdSegments(List<Segment> segments, int layers, bool hasValues)
    {
        (_segments, Layers, _hasValues) = (segments, layers, hasValues);
        Dictionary<int, string> names = [];
        foreach (Segment segment in segments) names[segment.Label] = segment.Name;
        Names = names;
    }

    /// <summary>How many layers the file has.</summary>
    public int Layers { get; }

    /// <summary>The segments' names by their labels.</summary>
    public IReadOnlyDictionary<int, string> Names { get; }

    /// <summary>What was put right.</summary>
    public IEnumerable<string> Warnings => _hasValues || Layers == 1 ? [] : [$"the segmentation states no values of its segments, so that they were numbered in their order: {string.Join(", ", _segments.Select(static s => $"{s.Label} {s.Name}"))}"];

    /// <summary>The segments of a header; null where it has none.</summary>
    /// <param name="path">What errors name.</param>
    /// <param name="pairs">The header's keys and values.</param>
    /// <param name="layers">The length of the axis that is none of space.</param>
    /// <exception cref="FileFormatException">Two segments have one value, or a segment has none that can be one.</exception>
    public static NrrdSegments? Of(string path, Dictionary<string, string> pairs, int layers)
    {
        int[] numbers = [.. pairs.Keys.Select(NumberOf).OfType<int>().Distinct().Order()];
        if (numbers.Length == 0) return null;

        bool hasValues = numbers.Any(n => pairs.ContainsKey($"{Prefix}{n}_LabelValue"));
        List<Segment> segments = [];
        foreach (int n in numbers)
        {
            string name = pairs.GetValueOrDefault($"{Prefix}{n}_Name") ?? pairs.GetValueOrDefault($"{Prefix}{n}_ID") ?? $"{Prefix}_{n}";
            int value = hasValues ? Whole(path, pairs, n, "LabelValue", 1, short.MaxValue) : 1;
            int layer = hasValues ? Whole(path, pairs, n, "Layer", 0, layers - 1) : segments.Count;
            if (layer >= layers) throw new FileFormatException(path, $"the segment \"{name}\" lies in layer {layer}, but the file has {layers}", "save the segmentation again");
            segments.Add(new Segment(name, value, layer, hasValues ? value : segments.Count + 1));
        }

        foreach (IGrouping<int, Segment> same in segments.GroupBy(static s => s.Label).Where(static g => g.Count() > 1))
        {
            throw new FileFormatException(
                path, $"the segments \"{same.First().Name}\" and \"{same.ElementAt(1).Name}\" both have the label value {same.Key}", "give each segment a label value of its own (3D Slicer: export the segmentation to a label map, or merge its layers), and save it again");
        }

        return new NrrdSegments(segments, layers, hasValues);
    }

    /// <summary>One label map of all layers.</summary>
    /// <param name="path">What errors name.</param>
    /// <param name="layers">The layers' voxels.</param>
    /// <exception cref="FileFormatException">Two segments overlap, or a layer has a value that is no segment's.</exception>
    public short[] Join(string path, short[][] layers)
    {
        short[] joined = new short[layers[0].Length];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            Dictionary<short, short> labels = _segments.Where(s => s.Layer == layer).ToDictionary(static s => (short)s.Value, static s => (short)s.Label);
            labels[0] = 0;
            (short Value, short Label) last = (0, 0);
            for (int i = 0; i < joined.Length; i++)
            {
                short value = layers[layer][i];
                if (value == 0) continue;
                if (value != last.Value)
                {
                    if (!labels.TryGetValue(value, out short found)) throw new FileFormatException(path, $"layer {layer} has the value {value}, which no segment of it has", "save the segmentation again");
                    last = (value, found);
                }

                if (joined[i] != 0) throw Overlap(path, joined, layers[layer], i, last.Label);
                joined[i] = last.Label;
            }
        }

        return joined;
    }

    /// <summary>The lines of a header that tell the labels' names, as Slicer writes them.</summary>
    /// <param name="labels">The label map.</param>
    /// <param name="names">The names of labels by their values; a label without one is called by its value.</param>
    public static string Lines(Volume<short> labels, IReadOnlyDictionary<int, string> names)
    {
        SortedDictionary<int, int[]> boxes = Boxes(labels);
        foreach (int value in names.Keys.Where(static v => v is > 0 and <= short.MaxValue)) boxes.TryAdd(value, [0, -1, 0, -1, 0, -1]);
        StringBuilder text = new();
        foreach ((int i, (int value, int[] box)) in boxes.Where(static b => b.Key > 0).Index())
        {
            bool named = names.TryGetValue(value, out string? name);
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_Color:={Colours[i % Colours.Length]}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_ColorAutoGenerated:=1\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_Extent:={string.Join(' ', box)}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_ID:=Segment_{value}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_LabelValue:={value}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_Layer:=0\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_Name:={(named ? Escaped(name!) : $"label {value}")}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_NameAutoGenerated:={(named ? 0 : 1)}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{i}_Tags:=\n");
        }

        return text.Append("Segmentation_ContainedRepresentationNames:=Binary labelmap|\nSegmentation_MasterRepresentation:=Binary labelmap\nSegmentation_ReferenceImageExtentOffset:=0 0 0\n").ToString();
    }

    private static int? NumberOf(string key)
    {
        int end = key.IndexOf('_', StringComparison.Ordinal);
        return end > Prefix.Length && key.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(key.AsSpan(Prefix.Length, end - Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
    }

    private static int Whole(string path, Dictionary<string, string> pairs, int segment, string key, int least, int most)
    {
        string text = pairs.GetValueOrDefault($"{Prefix}{segment}_{key}", key == "Layer" ? "0" : "");
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FileFormatException(path, $"{Prefix}{segment}_{key} is \"{text}\", where a number from {least} to {most} should stand", "save the segmentation again");
    }

    private FileFormatException Overlap(string path, short[] joined, short[] layer, int at, short label)
    {
        int both = 0;
        for (int i = 0; i < joined.Length; i++) both += joined[i] != 0 && layer[i] != 0 ? 1 : 0;
        return new FileFormatException(
            path, $"the segments \"{Names[joined[at]]}\" and \"{Names[label]}\" overlap (layers have {both} voxels in common), but a voxel has one label", "decide in 3D Slicer which segment has these voxels (Segment Editor, masking: overwrite other segments), and save it again");
    }

    /// <summary>The box of each label: first and last voxel along x, y and z.</summary>
    private static SortedDictionary<int, int[]> Boxes(Volume<short> labels)
    {
        SortedDictionary<int, int[]> boxes = [];
        for (int z = 0; z < labels.Extent.Z; z++)
        {
            for (int y = 0; y < labels.Extent.Y; y++)
            {
                ReadOnlySpan<short> row = labels.Row(z, y);
                for (int x = 0; x < row.Length; x++)
                {
                    if (row[x] == 0 || (x > 0 && x + 1 < row.Length && row[x] == row[x - 1] && row[x] == row[x + 1])) continue;
                    if (!boxes.TryGetValue(row[x], out int[]? box)) boxes[row[x]] = box = [x, x, y, y, z, z];
                    (box[0], box[1]) = (Math.Min(box[0], x), Math.Max(box[1], x));
                    (box[2], box[3]) = (Math.Min(box[2], y), Math.Max(box[3], y));
                    box[5] = z;
                }
            }
        }

        return boxes;
    }

    private static string Escaped(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A segment.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Value">The value of its voxels in its layer.</param>
    /// <param name="Layer">Its layer.</param>
    /// <param name="Label">The value of its voxels in the label map of all layers.</param>
    private sealed record Segment(string Name, int Value, int Layer, int Label);
}
