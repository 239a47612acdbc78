using System.Text.Json;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Batches;
using NnUNet.Core.Tests.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Batches;

public sealed class PatchPositionsTests
{
    [SkippableFact]
    public void Bounds_EqualTheRecordedOnes()
    {
        JsonElement[] recorded = [.. AugmentationGolden.Index("position_bounds").EnumerateArray()];

        Assert.NotEmpty(recorded);
        Assert.All(recorded, static r =>
        {
            PatchPositions positions = Positions(r);
            int[] shape = [.. Ints(r, "data_shape").TakeLast(r.GetProperty("dim").GetInt32())];
            int[] axes = [.. Enumerable.Range(3 - shape.Length, shape.Length)];

            (int First, int Last)[] bounds = [.. axes.Select((axis, i) => positions.Bounds(axis, shape[i]))];

            Assert.Equal(Ints(r, "lower_bound_inclusive"), bounds.Select(static b => b.First));
            Assert.Equal(Ints(r, "upper_bound_inclusive"), bounds.Select(static b => b.Last));
        });
    }

    [SkippableFact]
    public void PatchesAboutAVoxel_StartWhereRecorded()
    {
        (PatchPositions Positions, Extent Size, JsonElement Example)[] recorded =
        [
            .. AugmentationGolden.Index("position_bounds").EnumerateArray()
                .Where(static r => r.GetProperty("dim").GetInt32() == 3)
                .SelectMany(static r => r.GetProperty("forced_foreground_examples").EnumerateArray()
                    .Select(e => (Positions(r), Extent.From(Ints(r, "data_shape")), e))),
        ];

        Assert.NotEmpty(recorded);
        Assert.All(recorded, static r => Assert.Equal(
            Extent.From(Ints(r.Example, "bbox_lower")), r.Positions.About(Ints(r.Example, "selected_voxel"), r.Size)));
    }

    [SkippableFact]
    public void ForcedEntries_AreTheRecordedOnes()
    {
        JsonElement[] recorded = [.. AugmentationGolden.Index("oversampling").EnumerateArray()];

        Assert.NotEmpty(recorded);
        Assert.All(recorded, static r =>
        {
            int batch = r.GetProperty("batch_size").GetInt32();

            int[] forced = [.. Enumerable.Range(0, batch).Where(i => PatchPositions.IsForced(i, batch, r.GetProperty("percent").GetDouble()))];

            Assert.Equal(r.GetProperty("count").GetInt32(), forced.Length);
            Assert.Equal(Enumerable.Range(batch - forced.Length, forced.Length), forced);
        });
    }

    [Fact]
    public void Anywhere_ReachesBothEndsAndNoFurther()
    {
        MemoryCase source = MemoryCase.Numbered(1, new Extent(10, 12, 14));
        PatchPositions positions = new(new Extent(6, 7, 8), new Extent(4, 4, 4), slices: false);
        RandomStream random = new(1, 0, 0, 0);

        Extent[] starts = [.. Enumerable.Range(0, 3000).Select(_ => positions.Draw(source, forced: false, ref random))];

        Assert.Equal((-1, 5), (starts.Min(static s => s.Z), starts.Max(static s => s.Z)));
        Assert.Equal((-2, 7), (starts.Min(static s => s.Y), starts.Max(static s => s.Y)));
        Assert.Equal((-2, 8), (starts.Min(static s => s.X), starts.Max(static s => s.X)));
    }

    [Fact]
    public void Forced_HoldsAClassEachEquallyOften()
    {
        // Given: two classes of very different size, far apart.
        Dictionary<int, int[]> locations = new() { [0] = [9, 9, 9], [1] = [2, 2, 2], [2] = [.. Enumerable.Range(0, 300).SelectMany(static i => new[] { 12, 12, i % 14 })], [3] = [] };
        MemoryCase source = new("case", new Extent(20, 20, 20), [new float[8000], new float[8000]], locations);
        PatchPositions positions = new(new Extent(4, 4, 4), new Extent(4, 4, 4), slices: false);
        RandomStream random = new(2, 0, 0, 0);

        // When
        Extent[] starts = [.. Enumerable.Range(0, 4000).Select(_ => positions.Draw(source, forced: true, ref random))];

        // Then
        Assert.All(starts, static s => Assert.True(s is { Z: 0, Y: 0, X: 0 } or { Z: 10, Y: 10 }));
        Assert.InRange(starts.Average(static s => s.Z == 0 ? 1.0 : 0), 0.47, 0.53);
    }

    [Fact]
    public void ForcedInSlices_DrawsTheSliceFirst()
    {
        // Given: slice 3 holds one voxel, slice 5 a hundred.
        Dictionary<int, int[]> locations = new() { [1] = [3, 7, 7, .. Enumerable.Range(0, 100).SelectMany(static i => new[] { 5, i / 10, i % 10 })] };
        MemoryCase source = new("case", new Extent(8, 16, 16), [new float[2048], new float[2048]], locations);
        PatchPositions positions = new(new Extent(1, 4, 4), new Extent(1, 4, 4), slices: true);
        RandomStream random = new(3, 0, 0, 0);

        // When
        Extent[] starts = [.. Enumerable.Range(0, 4000).Select(_ => positions.Draw(source, forced: true, ref random))];

        // Then
        Assert.InRange(starts.Average(static s => s.Z == 3 ? 1.0 : 0), 0.47, 0.53);
        Assert.All(starts.Where(static s => s.Z == 3), static s => Assert.Equal(new Extent(3, 5, 5), s));
        Assert.DoesNotContain(starts, static s => s.Z is not (3 or 5));
    }

    [Fact]
    public void ForcedWithoutForeground_FallsBackToAnywhere()
    {
        MemoryCase source = new("case", new Extent(8, 8, 8), [new float[512], new float[512]], new Dictionary<int, int[]> { [1] = [] });
        PatchPositions positions = new(new Extent(4, 4, 4), new Extent(4, 4, 4), slices: false);
        RandomStream random = new(4, 0, 0, 0);

        Extent[] starts = [.. Enumerable.Range(0, 500).Select(_ => positions.Draw(source, forced: true, ref random))];

        Assert.Equal((0, 4), (starts.Min(static s => s.X), starts.Max(static s => s.X)));
    }

    private static PatchPositions Positions(JsonElement recorded) => new(
        AugmentationGolden.Extent(Ints(recorded, "patch_size")),
        AugmentationGolden.Extent(Ints(recorded, "final_patch_size")),
        recorded.GetProperty("dim").GetInt32() == 2);

    private static int[] Ints(JsonElement recorded, string name) => AugmentationGolden.Ints(recorded.GetProperty(name));
}
