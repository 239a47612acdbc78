using System.Buffers;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;

namespace NnUNet.Core.Cascade;

/// <summary>The low resolution's segmentation of one training case, mapped into memory: boxes of it are read as they are needed, from any thread.</summary>
/// <remarks>
/// The compressed file cannot be mapped, so it is unpacked once beside the preprocessed case (uint8, one byte per voxel). The copy
/// carries the time of the file that it was made from, by which a later training knows that it is current.
/// </remarks>
public sealed class PreviousStageMap : IDisposable
{
    private readonly NpyMap<byte> _map;

    private PreviousStageMap(NpyMap<byte> map, Extent extent)
    {
        _map = map;
        Extent = extent;
    }

    /// <summary>Voxel counts (z, y, x).</summary>
    public Extent Extent { get; }

    /// <summary>Maps a case; unpacks it first where there is no current copy.</summary>
    /// <param name="folder">The segmentations.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="extent">Voxel counts (z, y, x) of the preprocessed case.</param>
    /// <param name="unpacked">The folder of the copies.</param>
    /// <exception cref="Foundation.DescribedException">The file is missing or damaged, or has other voxel counts.</exception>
    public static PreviousStageMap Open(PreviousStageFolder folder, string caseId, Extent extent, string unpacked)
    {
        string copy = Path.Combine(unpacked, caseId + ".npy");
        DateTime time = File.GetLastWriteTimeUtc(folder.PathOf(caseId));
        if (!IsCurrent(copy, time, extent))
        {
            byte[] labels = folder.Read(caseId, extent);
            Directory.CreateDirectory(unpacked);
            NpyFile.Write<byte>(copy, labels, extent.Z, extent.Y, extent.X);
            File.SetLastWriteTimeUtc(copy, time);
        }

        return new PreviousStageMap(NpyFile.Map<byte>(copy), extent);
    }

    /// <summary>Reads a box.</summary>
    /// <param name="box">The box, inside the case.</param>
    /// <param name="into">Takes the box's labels (z, y, x).</param>
    /// <exception cref="ArgumentOutOfRangeException">The box reaches outside.</exception>
    public void ReadBox(BoundingBox box, Span<short> into)
    {
        for (int axis = 0; axis < 3; axis++)
        {
            if (box.Start[axis] < 0 || box.End[axis] > Extent[axis]) throw new ArgumentOutOfRangeException(nameof(box), box, $"the box must lie inside {Extent}");
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, box.Size.X));
        try
        {
            Span<byte> row = rented.AsSpan(0, box.Size.X);
            int target = 0;
            for (int z = box.Start.Z; z < box.End.Z; z++)
            {
                for (int y = box.Start.Y; y < box.End.Y; y++)
                {
                    _map.Read((((long)z * Extent.Y) + y) * Extent.X + box.Start.X, row);
                    foreach (byte label in row) into[target++] = label;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _map.Dispose();

    private static bool IsCurrent(string copy, DateTime time, Extent extent) =>
        File.Exists(copy) && File.GetLastWriteTimeUtc(copy) == time
        && NpyFile.ReadHeader(copy).Shape.Select(static n => (int)n).SequenceEqual(extent.ToArray());
}
