namespace NnUNet.Core.Batches;

/// <summary>A class's stored voxels ordered by slice.</summary>
internal sealed class SliceIndex
{
    private readonly int[] _voxels;
    private readonly int[] _starts;

    public SliceIndex(int[] locations)
    {
        _voxels = [.. Enumerable.Range(0, locations.Length / 3).OrderBy(v => locations[3 * v])];
        Slices = [.. _voxels.Select(v => locations[3 * v]).Distinct()];
        _starts = new int[Slices.Length + 1];
        foreach (int voxel in _voxels) _starts[Array.BinarySearch(Slices, locations[3 * voxel]) + 1]++;
        for (int s = 0; s < Slices.Length; s++) _starts[s + 1] += _starts[s];
    }

    /// <summary>The slices that hold the class, ascending.</summary>
    public int[] Slices { get; }

    /// <summary>Numbers of the stored voxels in one of <see cref="Slices"/>.</summary>
    public ReadOnlySpan<int> VoxelsIn(int index) => _voxels.AsSpan(_starts[index].._starts[index + 1]);
}
