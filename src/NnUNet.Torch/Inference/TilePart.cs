using NnUNet.Imaging.Algorithms;
using NnUNet.Torch.Networks.Fused;
using static TorchSharp.torch;

namespace NnUNet.Torch.Inference;

/// <summary>Rows of a tile's output of all classes, as they lie in a tensor's memory: class after class, or the classes of a voxel side by side.</summary>
/// <remarks>Valid as long as the tensor is.</remarks>
internal readonly unsafe struct TilePart
{
    private readonly float* _first;
    private readonly long _classStride;

    private TilePart(float* first, long classStride, int voxelStride, int classes, int firstRow, int rows)
    {
        _first = first;
        (_classStride, VoxelStride, Classes, FirstRow, Rows) = (classStride, voxelStride, classes, firstRow, rows);
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The first row within the tile, rows of all its slices counted.</summary>
    public int FirstRow { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Floats from a voxel to the next in its row.</summary>
    public int VoxelStride { get; }

    /// <summary>The part of one tile of a batch.</summary>
    /// <param name="output">Values of the batch (B, K, …) in float32 on the CPU; of the tile's rows those from some row on.</param>
    /// <param name="index">The tile's number within the batch.</param>
    /// <param name="firstRow">The tile's row with which the values begin.</param>
    /// <param name="width">Voxels of a row.</param>
    /// <param name="laid">The tensor whose memory this is: the values, or a copy of them where they lie in no way that is known here.</param>
    public static TilePart Of(Tensor output, int index, int firstRow, int width, out Tensor laid)
    {
        bool last = ChannelsLast.Is(output);
        laid = last ? output.alias() : output.contiguous();
        long[] shape = laid.shape;
        int classes = checked((int)shape[1]);
        long voxels = laid.numel() / (shape[0] * classes);
        float* first = (float*)ChannelsLast.Memory(laid) + laid.storage_offset() + (index * classes * voxels);
        return last
            ? new TilePart(first, 1, classes, classes, firstRow, checked((int)(voxels / width)))
            : new TilePart(first, voxels, 1, classes, firstRow, checked((int)(voxels / width)));
    }

    /// <summary>The first voxel of a row of a class.</summary>
    /// <param name="of">The class.</param>
    /// <param name="row">The row within this part.</param>
    /// <param name="width">Voxels of a row.</param>
    public float* At(int of, int row, int width) => _first + (of * _classStride) + ((long)row * width * VoxelStride);

    /// <summary>How many values there are, and how many of them are not finite.</summary>
    public (long Values, NonFiniteCount NotFinite) Count(int width)
    {
        NonFiniteCount count = default;
        for (int row = 0; row < Rows; row++)
        {
            // The classes of a row lie in one piece, or each by itself.
            (int pieces, int length) = VoxelStride == 1 ? (Classes, width) : (1, width * Classes);
            for (int k = 0; k < pieces; k++)
            {
                NonFiniteCount found = FiniteVoxels.Count(new ReadOnlySpan<float>(At(k, row, width), length));
                count = new NonFiniteCount(count.NotANumber + found.NotANumber, count.Infinite + found.Infinite);
            }
        }

        return ((long)Rows * width * Classes, count);
    }
}
