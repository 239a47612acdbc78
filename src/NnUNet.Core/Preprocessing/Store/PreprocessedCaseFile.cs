using NnUNet.Core.Cropping;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Store;

/// <summary>One preprocessed case on disk, mapped into memory: boxes of it are read as they are needed, from any thread.</summary>
/// <remarks>The array is float32 (C + 1, z, y, x); its last channel is the segmentation. Dispose it before the case is made again.</remarks>
public sealed class PreprocessedCaseFile : IDisposable
{
    private readonly string _path;
    private readonly NpyMap<float> _map;
    private readonly Lazy<IReadOnlyDictionary<int, int[]>> _locations;

    internal PreprocessedCaseFile(string caseId, string arrayPath, Func<IReadOnlyDictionary<int, int[]>> locations, CaseProperties properties)
    {
        CaseId = caseId;
        _path = arrayPath;
        Properties = properties;
        _map = NpyFile.Map<float>(arrayPath);
        if (_map.Shape.Count != 4 || _map.Shape[0] < 2 || !_map.Shape.Skip(1).SequenceEqual(properties.SizeAfterResampling.Select(static s => (long)s)))
        {
            string shape = string.Join(", ", _map.Shape);
            _map.Dispose();
            throw new PreprocessingException(
                arrayPath, $"the array has the shape ({shape}), but the case's properties say {properties.SizeAfterResampling} after the channels", "run nnUNet_plan_and_preprocess again");
        }

        Channels = (int)_map.Shape[0] - 1;
        Extent = Extent.From(properties.SizeAfterResampling.AsSpan());
        _locations = new Lazy<IReadOnlyDictionary<int, int[]>>(locations);
    }

    /// <summary>The case's name.</summary>
    public string CaseId { get; }

    /// <summary>Number of image channels; the segmentation is not counted.</summary>
    public int Channels { get; }

    /// <summary>Voxel counts (z, y, x) in the plan's transposed order.</summary>
    public Extent Extent { get; }

    /// <summary>How the case was made.</summary>
    public CaseProperties Properties { get; }

    /// <summary>Drawn voxels of each class: class -> (n, 3) flattened z, y, x. Read at the first use.</summary>
    public IReadOnlyDictionary<int, int[]> ClassLocations => _locations.Value;

    /// <summary>Reads a box of one channel.</summary>
    /// <param name="channel">The channel; <see cref="Channels"/> is the segmentation.</param>
    /// <param name="box">The box, inside the case.</param>
    /// <param name="into">Takes the box's voxels (z, y, x); has at least as many elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel or the box reaches outside.</exception>
    public void ReadBox(int channel, BoundingBox box, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channel, Channels);
        for (int axis = 0; axis < 3; axis++)
        {
            if (box.Start[axis] < 0 || box.Size[axis] < 0 || box.End[axis] > Extent[axis])
            {
                throw new ArgumentOutOfRangeException(nameof(box), box, $"the box must lie inside {Extent}");
            }
        }

        long start = channel * Extent.Count;
        int rows = box.Size.X == Extent.X ? box.Size.Y : 1;
        int length = rows * box.Size.X;
        int target = 0;
        for (int z = box.Start.Z; z < box.End.Z; z++)
        {
            for (int y = box.Start.Y; y < box.End.Y; y += rows, target += length)
            {
                _map.Read(start + ((long)z * Extent.SliceCount) + ((long)y * Extent.X) + box.Start.X, into.Slice(target, length));
            }
        }
    }

    /// <summary>Reads the whole case.</summary>
    /// <exception cref="PreprocessingException">Voxels are not finite.</exception>
    public PreprocessedCase Load()
    {
        float[][] channels = new float[Channels + 1][];
        for (int c = 0; c < channels.Length; c++)
        {
            channels[c] = new float[Extent.Count];
            _map.Read(c * Extent.Count, channels[c]);
            NonFiniteCount count = FiniteVoxels.Count(channels[c]);
            if (count.Total > 0) throw new PreprocessingException(_path, $"in channel {c} {count.Describe("voxels")}", "delete the file and run nnUNet_plan_and_preprocess again");
        }

        return new PreprocessedCase(
            new MultiChannelArray<float>(Extent, channels[..Channels]), Array.ConvertAll(channels[Channels], static v => (short)v), Properties);
    }

    /// <inheritdoc/>
    public void Dispose() => _map.Dispose();
}
