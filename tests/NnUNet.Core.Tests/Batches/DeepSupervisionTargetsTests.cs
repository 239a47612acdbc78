using System.Text.Json;
using NnUNet.Core.Batches;
using NnUNet.Core.Tests.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Batches;

public sealed class DeepSupervisionTargetsTests
{
    [SkippableTheory]
    [InlineData("ds_3d_aniso", 4)]
    [InlineData("ds_3d_odd", 3)]
    [InlineData("ds_2d", 3)]
    public void Targets_EqualTheRecordedOnes(string name, int outputs)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        short[] labels = [.. golden.Values("seg_in").Select(static l => (short)l)];
        AxisScales[] scales = [.. golden.Facts.GetProperty("scales").EnumerateArray().Select(ScalesOf)];
        DeepSupervisionTargets targets = new(golden.ExtentOf("seg_in"), scales);

        short[][] computed = [.. Enumerable.Range(0, outputs).Select(t => Compute(targets, labels, t))];

        Assert.All(Enumerable.Range(0, outputs), t =>
        {
            Assert.Equal(golden.ExtentOf($"out_{t}"), targets.Extents[t]);
            Assert.Equal(golden.Values($"out_{t}").Select(static l => Math.Max(0, l)), computed[t].Select(static l => (float)l));
        });
    }

    [Fact]
    public void EveryOutput_HasATarget()
    {
        DeepSupervisionTargets targets = DeepSupervisionTargets.ForOutputs(new Extent(20, 320, 256), [[1, 1, 1], [1, 2, 2], [2, 4, 4]]);

        Assert.Equal([new Extent(20, 320, 256), new Extent(20, 160, 128), new Extent(10, 80, 64)], targets.Extents);
    }

    [Fact]
    public void InSlices_TheOneSliceStays()
    {
        DeepSupervisionTargets targets = DeepSupervisionTargets.ForOutputs(new Extent(1, 56, 40), [[1, 1], [2, 2], [4, 4]]);

        Assert.Equal([new Extent(1, 56, 40), new Extent(1, 28, 20), new Extent(1, 14, 10)], targets.Extents);
    }

    [Fact]
    public void LabelsOutsideTheMask_BecomeBackground()
    {
        DeepSupervisionTargets targets = new(new Extent(1, 1, 3), [new AxisScales(1, 1, 1)]);

        Assert.Equal([0, 0, 2], Compute(targets, [-1, 0, 2], 0));
    }

    private static short[] Compute(DeepSupervisionTargets targets, short[] labels, int target)
    {
        short[] into = new short[targets.Extents[target].Count];
        targets.Compute(labels, target, into);
        return into;
    }

    private static AxisScales ScalesOf(JsonElement scales)
    {
        double[] values = [.. scales.EnumerateArray().Select(static e => e.GetDouble())];
        return values.Length == 2 ? new AxisScales(1, values[0], values[1]) : new AxisScales(values[0], values[1], values[2]);
    }
}
