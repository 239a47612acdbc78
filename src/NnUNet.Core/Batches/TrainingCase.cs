using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>One preprocessed case that patches are read from. Array order (z, y, x); read by several threads at once.</summary>
internal abstract class TrainingCase
{
    private readonly Lock _gate = new();
    private int[]? _foreground;
    private Dictionary<int, SliceIndex>? _slices;

    /// <summary>The case's name.</summary>
    public abstract string CaseId { get; }

    /// <summary>Number of image channels, the segmentation not counted.</summary>
    public abstract int Channels { get; }

    /// <summary>Voxel counts (z, y, x).</summary>
    public abstract Extent Extent { get; }

    /// <summary>Stored voxels of each class: (n, 3) positions z, y, x one after another.</summary>
    public abstract IReadOnlyDictionary<int, int[]> ClassLocations { get; }

    /// <summary>Reads a box that lies inside <see cref="Extent"/>.</summary>
    /// <param name="channel">The channel; <see cref="Channels"/> means the segmentation.</param>
    /// <param name="box">The box in voxels.</param>
    /// <param name="into">Takes the voxels, z slowest.</param>
    public abstract void ReadBox(int channel, BoundingBox box, Span<float> into);

    /// <summary>Reads a box of the cascade's first stage's segmentation that lies inside <see cref="Extent"/>.</summary>
    /// <param name="box">The box in voxels.</param>
    /// <param name="into">Takes the labels, z slowest.</param>
    /// <exception cref="NotSupportedException">The case has none.</exception>
    public virtual void ReadPreviousStage(BoundingBox box, Span<short> into) => throw new NotSupportedException("it has no segmentation of a previous stage");

    /// <summary>The classes above 0 of which voxels are stored, ascending.</summary>
    internal int[] ForegroundClasses()
    {
        lock (_gate) return _foreground ??= [.. ClassLocations.Where(static c => c.Key > 0 && c.Value.Length > 0).Select(static c => c.Key).Order()];
    }

    /// <summary>A class's stored voxels by slice.</summary>
    internal SliceIndex SlicesOf(int label)
    {
        lock (_gate)
        {
            _slices ??= [];
            if (!_slices.TryGetValue(label, out SliceIndex? index)) _slices[label] = index = new SliceIndex(ClassLocations[label]);
            return index;
        }
    }
}
