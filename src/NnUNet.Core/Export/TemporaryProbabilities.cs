using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>Probabilities that lie as float16 (K, z, y, x) in a file of their own, which is removed with this object: they take no memory.</summary>
/// <remarks>The file has no name any more while it is used where the system allows that, so that a killed process leaves nothing behind; what it leaves elsewhere is removed by <see cref="TemporaryFiles.RemoveAbandoned"/>.</remarks>
public sealed class TemporaryProbabilities : ProbabilityMaps, IDisposable
{
    private const int HalvesAtOnce = 1 << 20;

    private readonly SafeFileHandle _file;

    /// <summary>An empty file.</summary>
    /// <param name="folder">The folder whose disk has room; created where it is missing.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="extent">Voxel counts (z, y, x) of each class.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public TemporaryProbabilities(string folder, int classes, Extent extent)
    {
        (Classes, Extent) = (classes, extent);
        Directory.CreateDirectory(folder);
        string path = TemporaryFiles.Unique(folder, "probabilities");
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
    }

    /// <inheritdoc/>
    public override int Classes { get; }

    /// <inheritdoc/>
    public override Extent Extent { get; }

    /// <summary>Bytes that the file takes when it is full.</summary>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="extent">Voxel counts (z, y, x) of each class.</param>
    public static long Size(int classes, Extent extent) => classes * extent.Count * Marshal.SizeOf<Half>();

    /// <summary>Writes whole slices of one class; different ones may be written at the same time.</summary>
    /// <param name="class">The class, from 0.</param>
    /// <param name="firstSlice">The first slice.</param>
    /// <param name="slices">Probabilities, packed (z, y, x).</param>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    /// <exception cref="DescribedException">A value is not finite as float16.</exception>
    public void Write(int @class, int firstSlice, ReadOnlySpan<float> slices)
    {
        long at = Offset(@class, firstSlice, 0);
        Half[] halves = ArrayPool<Half>.Shared.Rent(Math.Min(HalvesAtOnce, slices.Length));
        for (int done = 0; done < slices.Length; done += HalvesAtOnce)
        {
            ReadOnlySpan<float> part = slices.Slice(done, Math.Min(HalvesAtOnce, slices.Length - done));
            TensorPrimitives.ConvertToHalf(part, halves);
            if (!FiniteVoxels.AreAll(halves.AsSpan(0, part.Length)))
            {
                ArrayPool<Half>.Shared.Return(halves);
                throw new DescribedException("probabilities", "the network says values beyond the range of float16, which the temporary file does not hold", "allow more memory (--max-ram), so that no file is needed");
            }

            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(halves.AsSpan(0, part.Length));
            RandomAccess.Write(_file, bytes, at);
            at += bytes.Length;
        }

        ArrayPool<Half>.Shared.Return(halves);
    }

    /// <inheritdoc/>
    /// <exception cref="EndOfStreamException">These rows were not written.</exception>
    public override ReadOnlySpan<float> Rows(int @class, RowBlock wanted, Span<float> scratch, out RowBlock given)
    {
        given = wanted;
        int row = wanted.Rows * Extent.X;
        Half[] halves = ArrayPool<Half>.Shared.Rent(row);
        for (int z = 0; z < wanted.Slices; z++)
        {
            Fill(MemoryMarshal.AsBytes(halves.AsSpan(0, row)), Offset(@class, wanted.FirstSlice + z, wanted.FirstRow));
            TensorPrimitives.ConvertToSingle(halves.AsSpan(0, row), scratch.Slice(z * row, row));
        }

        ArrayPool<Half>.Shared.Return(halves);
        return scratch[..(wanted.Slices * row)];
    }

    /// <summary>Removes the file.</summary>
    public void Dispose() => _file.Dispose();

    private long Offset(int @class, int slice, int row) => ((((long)@class * Extent.Z) + slice) * Extent.Y + row) * Extent.X * Marshal.SizeOf<Half>();

    private void Fill(Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file, bytes, at);
            if (read == 0) throw new EndOfStreamException("probabilities are read that were not written");
            bytes = bytes[read..];
            at += read;
        }
    }
}
