using System.Numerics.Tensors;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Export;

/// <summary>A network's labels on its own grid, decided slice by slice as soon as all outputs of a slice are known, which are not needed any more then.</summary>
/// <param name="extent">The network's grid (z, y, x) in transposed axes.</param>
/// <param name="contract">The model's contract: how outputs become labels.</param>
internal sealed class SliceLabels(Extent extent, ModelContract contract)
{
    private readonly LabelRule _rule = LabelRule.Of(contract);

    /// <summary>The network's grid (z, y, x).</summary>
    public Extent Extent { get; } = extent;

    /// <summary>The labels, x fastest; 0 in slices that were not decided.</summary>
    public short[] Labels { get; } = new short[extent.Count];

    /// <summary>Decides about some slices, on several threads.</summary>
    /// <param name="firstSlice">The first one.</param>
    /// <param name="slices">How many.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="values">The values of an output in a slice; called once each, outputs of a slice in ascending order.</param>
    public void Decide(int firstSlice, int slices, int outputs, SliceValues values)
    {
        int count = Extent.SliceCount;
        using ThreadLocal<(float[] Best, int[] Labels)> buffers = new(() => (new float[count], new int[count]));
        ParallelLoop.ForEach(slices, slice =>
        {
            (float[] best, int[] labels) = buffers.Value;
            best.AsSpan().Fill(float.NegativeInfinity);
            labels.AsSpan().Clear();
            for (int k = 0; k < outputs; k++) _rule.Take(values(k, firstSlice + slice), k, best, labels);
            TensorPrimitives.ConvertTruncating<int, short>(labels, Labels.AsSpan((firstSlice + slice) * count, count));
        });
    }
}

/// <summary>The values of an output in a slice of the network's grid.</summary>
/// <param name="output">The output.</param>
/// <param name="slice">The slice.</param>
internal delegate ReadOnlySpan<float> SliceValues(int output, int slice);
