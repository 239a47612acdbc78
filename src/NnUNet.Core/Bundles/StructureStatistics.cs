using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>Volume and mean intensity of a structure.</summary>
/// <param name="Name">The structure's name.</param>
/// <param name="Value">Its label.</param>
/// <param name="CubicMm">Its volume in cubic millimetres; 0 where it is incomplete and incomplete ones are left out.</param>
/// <param name="Intensity">The mean of the image in it; 0 where it has no voxel, or is left out.</param>
/// <param name="Incomplete">Whether it has a voxel among the three outermost of any side of the image, so that a part of it may lie outside.</param>
public sealed record StructureStatistic(string Name, short Value, double CubicMm, double Intensity, bool Incomplete)
{
    /// <summary>Its volume in millilitres.</summary>
    public double Millilitres => CubicMm / 1000;
}

/// <summary>Volumes and mean intensities of the structures of a label map.</summary>
/// <remarks>
/// Intensities are cut to whole numbers of 16 bits, and a voxel's volume is computed in float32, as TotalSegmentator does.
/// Source: TotalSegmentator 2.18, totalsegmentator/statistics.py, get_basic_statistics.
/// </remarks>
public static class StructureStatistics
{
    private const int Border = 3;

    /// <summary>Measures structures.</summary>
    /// <param name="labels">The label map (z, y, x).</param>
    /// <param name="image">The image on the same voxels.</param>
    /// <param name="structures">The structures: values and names.</param>
    /// <param name="includeIncomplete">Whether structures that reach the border have numbers too, instead of 0.</param>
    public static IReadOnlyList<StructureStatistic> Measure(Volume<short> labels, Volume<float> image, IReadOnlyList<(short Value, string Name)> structures, bool includeIncomplete)
    {
        int most = structures.Count == 0 ? 0 : structures.Max(static s => s.Value);
        long[] counts = new long[most + 1], sums = new long[most + 1];
        bool[] atBorder = new bool[most + 1];
        Extent extent = labels.Extent;
        for (int z = 0; z < extent.Z; z++)
        {
            bool edgeSlice = z < Border || z >= extent.Z - Border;
            for (int y = 0; y < extent.Y; y++)
            {
                bool edge = edgeSlice || y < Border || y >= extent.Y - Border;
                ReadOnlySpan<short> row = labels.Row(z, y);
                ReadOnlySpan<float> voxels = image.Row(z, y);
                for (int x = 0; x < row.Length; x++)
                {
                    short label = row[x];
                    if (label <= 0 || label > most) continue;
                    counts[label]++;
                    sums[label] += Whole(voxels[x]);
                    if (edge || x < Border || x >= extent.X - Border) atBorder[label] = true;
                }
            }
        }

        ValueArray<double> spacing = labels.Geometry.ItkSpacing;
        float voxel = (float)spacing[0] * (float)spacing[1] * (float)spacing[2];
        return
        [
            .. structures.Select(s =>
            {
                bool counted = counts[s.Value] > 0 && (includeIncomplete || !atBorder[s.Value]);
                return new StructureStatistic(s.Name, s.Value, counted ? counts[s.Value] * (double)voxel : 0, counted ? Math.Round((double)sums[s.Value] / counts[s.Value], 5) : 0, atBorder[s.Value]);
            }),
        ];
    }

    /// <summary>The statistics of an image as JSON: by structure <c>volume</c> (cubic millimetres) and <c>intensity</c> as TotalSegmentator writes them, and <c>volume_ml</c>, <c>label</c> and <c>incomplete</c>.</summary>
    public static void WriteJson(string path, IReadOnlyList<StructureStatistic> statistics)
    {
        JsonObject all = [];
        foreach (StructureStatistic s in statistics)
        {
            all[s.Name] = new JsonObject { ["volume"] = s.CubicMm, ["intensity"] = s.Intensity, ["volume_ml"] = s.Millilitres, ["label"] = (int)s.Value, ["incomplete"] = s.Incomplete };
        }

        AtomicFile.WriteText(path, all.ToJsonString(ProductJson.Options) + "\n");
    }

    /// <summary>The statistics of images as a table of comma-separated values: a row a structure of each image.</summary>
    public static void WriteCsv(string path, IEnumerable<(string Case, IReadOnlyList<StructureStatistic> Statistics)> images)
    {
        StringBuilder text = new("case,structure,label,volume_ml,mean_intensity,incomplete\n");
        foreach ((string name, IReadOnlyList<StructureStatistic> statistics) in images)
        {
            foreach (StructureStatistic s in statistics)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Field(name)},{Field(s.Name)},{s.Value},{Math.Round(s.Millilitres, 6)},{s.Intensity},{(s.Incomplete ? "yes" : "no")}\n");
            }
        }

        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>An intensity as a whole number of 16 bits: fractions are cut off, what is too large or too small becomes the outermost one.</summary>
    private static short Whole(float value) => float.IsNaN(value) ? (short)0 : (short)Math.Clamp(value, short.MinValue, short.MaxValue);

    private static string Field(string text) => text.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
