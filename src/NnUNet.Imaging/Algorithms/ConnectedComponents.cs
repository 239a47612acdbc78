namespace NnUNet.Imaging.Algorithms;

/// <summary>The connected components of a volume: a number for each voxel (0 outside, then 1, 2, … by first voxel) and each component's size.</summary>
/// <param name="Numbers">One number per voxel, in the order (z, y, x).</param>
/// <param name="Sizes">Voxels of component 1, component 2, …</param>
public sealed record ComponentMap(int[] Numbers, IReadOnlyList<int> Sizes);

/// <summary>What <see cref="ConnectedComponents.KeepLargest"/> found, in the unit of its voxel volume; null where there was nothing.</summary>
/// <param name="KeptSize">Size of the largest component, which stays.</param>
/// <param name="LargestRemoved">Size of the largest component that was removed.</param>
public readonly record struct ComponentRemoval(double? KeptSize, double? LargestRemoved);

/// <summary>Connected components of volumes (z, y, x); voxels are connected through their faces (6 neighbours) unless diagonals are asked for.</summary>
public static class ConnectedComponents
{
    /// <summary>Numbers the components of a mask.</summary>
    /// <param name="mask">One value per voxel.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="diagonal">Whether voxels are connected through edges and corners too (26 neighbours).</param>
    /// <exception cref="ArgumentException">The mask does not have the extent's voxels.</exception>
    /// <remarks>Equal to scipy.ndimage.label with its default structure; with diagonals to skimage.measure.label of a mask.</remarks>
    public static ComponentMap Label(ReadOnlySpan<bool> mask, Extent extent, bool diagonal = false) => Map(RunLabelling.Of(mask, extent, true, diagonal));

    /// <summary>Numbers the components of the voxels that have one of a region's labels.</summary>
    /// <param name="labels">One label per voxel.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="region">The labels that together are the region.</param>
    /// <exception cref="ArgumentException">The labels do not have the extent's voxels.</exception>
    public static ComponentMap Label(ReadOnlySpan<short> labels, Extent extent, params short[] region) => Map(RunLabelling.Of(labels, extent, region));

    /// <summary>Sets all components of a region to 0 except its largest; components of exactly the largest size stay too.</summary>
    /// <param name="labels">One label per voxel; changed in place.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="region">The labels that together are the region; one for a single class.</param>
    /// <param name="voxelVolume">Size of a voxel, in which the sizes are given.</param>
    /// <param name="minimumSize">Components of at least this size stay as well; null removes all but the largest.</param>
    /// <exception cref="ArgumentException">The labels do not have the extent's voxels, or the region holds the background.</exception>
    /// <remarks>Source: nnunet/postprocessing/connected_components.py remove_all_but_the_largest_connected_component.</remarks>
    public static ComponentRemoval KeepLargest(
        Span<short> labels, Extent extent, IReadOnlyCollection<short> region, double voxelVolume = 1, double? minimumSize = null)
    {
        if (region.Contains((short)0)) throw new ArgumentException("the background has no parts that could be removed", nameof(region));
        RunLabelling labelling = RunLabelling.Of(labels, extent, [.. region]);
        if (labelling.Sizes.Length == 0) return new ComponentRemoval(null, null);

        int largest = labelling.Sizes.Max();
        bool[] removed = Array.ConvertAll(labelling.Sizes, size => size != largest && (minimumSize is not { } least || size * voxelVolume < least));
        for (int i = 0; i < labelling.Runs.Count; i++)
        {
            RunLabelling.Run run = labelling.Runs[i];
            if (removed[labelling.Parts[i]]) labels.Slice((run.Row * extent.X) + run.Start, run.Length).Clear();
        }

        int largestRemoved = labelling.Sizes.Where((_, part) => removed[part]).DefaultIfEmpty().Max();
        return new ComponentRemoval(largest * voxelVolume, largestRemoved == 0 ? null : largestRemoved * voxelVolume);
    }

    private static ComponentMap Map(RunLabelling labelling)
    {
        int[] numbers = new int[labelling.Extent.Count];
        for (int i = 0; i < labelling.Runs.Count; i++)
        {
            RunLabelling.Run run = labelling.Runs[i];
            numbers.AsSpan((run.Row * labelling.Extent.X) + run.Start, run.Length).Fill(labelling.Parts[i] + 1);
        }

        return new ComponentMap(numbers, labelling.Sizes);
    }
}
