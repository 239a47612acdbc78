using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Preprocessing;

/// <summary>The recorded statistics of one preprocessed case.</summary>
internal sealed record CaseStatistics
{
    [JsonPropertyName("shape")]
    public required ValueArray<int> Shape { get; init; }

    /// <summary>Each image channel, then the segmentation.</summary>
    [JsonPropertyName("channels")]
    public required ValueArray<ChannelStatistics> Channels { get; init; }

    [JsonPropertyName("seg_unique")]
    public required SortedDictionary<int, int> SegmentationCounts { get; init; }

    [JsonPropertyName("class_locations_counts")]
    public required SortedDictionary<int, int> LocationCounts { get; init; }

    /// <summary>The first locations of each class; only some cases have them.</summary>
    [JsonPropertyName("class_locations_head")]
    public SortedDictionary<int, int[][]>? LocationHeads { get; init; }

    public static IReadOnlyDictionary<string, CaseStatistics> Read(string path, string dimensions)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty(dimensions).Deserialize<SortedDictionary<string, CaseStatistics>>()!;
    }

    public static CaseStatistics Of(PreprocessedCase preprocessed, Plan plan)
    {
        SortedDictionary<int, int[]> locations = ClassLocations.Draw(preprocessed.Segmentation, preprocessed.Data.Extent, plan.AllClasses);
        float[] labels = Array.ConvertAll(preprocessed.Segmentation!, static s => (float)s);
        return new CaseStatistics
        {
            Shape = [preprocessed.Data.Channels + 1, .. preprocessed.Data.Extent.ToArray()],
            Channels = Enumerable.Range(0, preprocessed.Data.Channels).Select(c => preprocessed.Data[c]).Append(labels).Select(ChannelStatistics.Of).ToValueArray(),
            SegmentationCounts = new(preprocessed.Segmentation!.GroupBy(static s => (int)s).ToDictionary(static g => g.Key, static g => g.Count())),
            LocationCounts = new(locations.ToDictionary(static l => l.Key, static l => l.Value.Length / 3)),
            LocationHeads = new(locations.ToDictionary(static l => l.Key, static l => l.Value.Chunk(3).Take(5).ToArray())),
        };
    }

    /// <returns>The largest difference of a mean, deviation, minimum or maximum.</returns>
    public static double AssertClose(IReadOnlyDictionary<string, CaseStatistics> expected, Dictionary<string, CaseStatistics> actual, double tolerance)
    {
        double largest = 0;
        foreach ((string id, CaseStatistics e) in expected)
        {
            CaseStatistics a = actual[id];
            Assert.Equal(e.Shape, a.Shape);
            Assert.Equal(e.SegmentationCounts, a.SegmentationCounts);
            Assert.Equal(e.LocationCounts, a.LocationCounts);
            foreach ((int label, int[][] head) in e.LocationHeads ?? [])
            {
                Assert.Equal(head, a.LocationHeads![label].Take(head.Length));
            }

            largest = Math.Max(largest, Testing.Golden.AssertClose(
                string.Create(CultureInfo.InvariantCulture, $"{id}"),
                e.Channels.SelectMany(static c => c.Values).ToArray(),
                a.Channels.SelectMany(static c => c.Values).ToArray(),
                tolerance));
        }

        return largest;
    }
}

/// <summary>Mean, deviation, minimum and maximum of one channel.</summary>
internal sealed record ChannelStatistics
{
    [JsonPropertyName("mean")]
    public double Mean { get; init; }

    [JsonPropertyName("std")]
    public double Std { get; init; }

    [JsonPropertyName("min")]
    public double Min { get; init; }

    [JsonPropertyName("max")]
    public double Max { get; init; }

    [JsonIgnore]
    public IEnumerable<double> Values => [Mean, Std, Min, Max];

    public static ChannelStatistics Of(float[] voxels)
    {
        (double mean, double deviation) = VoxelStatistics.Reference(voxels);
        return new ChannelStatistics { Mean = mean, Std = deviation, Min = voxels.Min(), Max = voxels.Max() };
    }
}
