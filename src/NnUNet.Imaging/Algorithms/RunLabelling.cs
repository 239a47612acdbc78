namespace NnUNet.Imaging.Algorithms;

/// <summary>Finds the connected components of a volume (z, y, x) from runs: voxels beside each other in a row that belong to it.</summary>
/// <remarks>
/// Runs are found with vectorised searches and joined by union-find where they touch in the row before or the slice before, so the
/// work grows with the objects' surface and not with the volume. Components are numbered by their first voxel, as scipy's label does.
/// </remarks>
internal sealed class RunLabelling
{
    private readonly List<Run> _runs = [];
    private readonly List<int> _parents = [];
    private readonly int[] _firstOfRow;
    private int[] _parts = [];

    private RunLabelling(Extent extent)
    {
        Extent = extent;
        _firstOfRow = new int[(extent.Z * extent.Y) + 1];
    }

    /// <summary>Finds the end of the next run in a row.</summary>
    /// <param name="row">The rest of the row.</param>
    /// <param name="inside">Whether to find the first voxel that belongs, or the first that does not.</param>
    /// <returns>Its index, or -1.</returns>
    private delegate int Search<T>(ReadOnlySpan<T> row, bool inside);

    /// <summary>Voxel counts.</summary>
    public Extent Extent { get; }

    /// <summary>All runs in the order of memory.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    /// <summary>Voxels of each component.</summary>
    public int[] Sizes { get; private set; } = [];

    /// <summary>The component (0, 1, …) of each run.</summary>
    public ReadOnlySpan<int> Parts => _parts;

    /// <summary>The components of the voxels that equal <paramref name="value"/>.</summary>
    public static RunLabelling Of(ReadOnlySpan<bool> mask, Extent extent, bool value, bool diagonal = false) =>
        Of(mask, extent, (row, inside) => row.IndexOf(inside ? value : !value), diagonal);

    /// <summary>The components of the voxels that have one of the region's labels.</summary>
    public static RunLabelling Of(ReadOnlySpan<short> labels, Extent extent, short[] region) =>
        Of(labels, extent, (row, inside) => inside ? row.IndexOfAny(region) : row.IndexOfAnyExcept(region));

    private static RunLabelling Of<T>(ReadOnlySpan<T> values, Extent extent, Search<T> search, bool diagonal = false)
    {
        if (values.Length != extent.Count) throw new ArgumentException($"{values.Length} voxels are given, but {extent} has {extent.Count}", nameof(values));
        RunLabelling labelling = new(extent);
        for (int row = 0; row < extent.Z * extent.Y; row++)
        {
            labelling.AddRow(row, values.Slice(row * extent.X, extent.X), search);
            int y = row % extent.Y;
            int reach = diagonal ? 1 : 0;
            if (y > 0) labelling.Join(row - 1, row, reach);
            if (row < extent.Y) continue;

            labelling.Join(row - extent.Y, row, reach);
            if (diagonal && y > 0) labelling.Join(row - extent.Y - 1, row, reach);
            if (diagonal && y < extent.Y - 1) labelling.Join(row - extent.Y + 1, row, reach);
        }

        labelling.Number();
        return labelling;
    }

    private void AddRow<T>(int row, ReadOnlySpan<T> values, Search<T> search)
    {
        for (int x = 0; x < values.Length;)
        {
            int skip = search(values[x..], true);
            if (skip < 0) break;
            x += skip;
            int length = search(values[x..], false);
            if (length < 0) length = values.Length - x;
            _runs.Add(new Run(row, x, length));
            _parents.Add(_parents.Count);
            x += length;
        }

        _firstOfRow[row + 1] = _runs.Count;
    }

    /// <summary>Joins the runs of two rows that have an x in common, or x that are at most <paramref name="reach"/> apart.</summary>
    private void Join(int before, int row, int reach)
    {
        int a = _firstOfRow[before], endA = _firstOfRow[before + 1];
        int b = _firstOfRow[row], endB = _firstOfRow[row + 1];
        while (a < endA && b < endB)
        {
            Run runA = _runs[a], runB = _runs[b];
            if (runA.Start < runB.End + reach && runB.Start < runA.End + reach) Union(a, b);
            if (runA.End < runB.End) a++;
            else b++;
        }
    }

    private void Union(int a, int b)
    {
        (a, b) = (Root(a), Root(b));
        _parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    private int Root(int run)
    {
        while (_parents[run] != run)
        {
            _parents[run] = _parents[_parents[run]];
            run = _parents[run];
        }

        return run;
    }

    private void Number()
    {
        _parts = new int[_runs.Count];
        List<int> sizes = [];
        for (int run = 0; run < _parts.Length; run++)
        {
            int root = Root(run);
            if (root == run)
            {
                _parts[run] = sizes.Count;
                sizes.Add(0);
            }

            _parts[run] = _parts[root];
            sizes[_parts[run]] += _runs[run].Length;
        }

        Sizes = [.. sizes];
    }

    /// <summary>Voxels beside each other in a row.</summary>
    /// <param name="Row">The row: z * Y + y.</param>
    /// <param name="Start">First x.</param>
    /// <param name="Length">Number of voxels.</param>
    public readonly record struct Run(int Row, int Start, int Length)
    {
        /// <summary>One past the last x.</summary>
        public int End => Start + Length;
    }
}
