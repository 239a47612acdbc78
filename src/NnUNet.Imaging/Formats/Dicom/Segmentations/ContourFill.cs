namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>Fills the closed contours of a region in a slice: pixels whose centre lies inside, by even-odd, or on a contour.</summary>
/// <remarks>
/// Several contours of a slice are combined by exclusive or, so that one within another is a hole: what most systems of radiotherapy write, whether they call it
/// CLOSEDPLANAR_XOR or not. "Points in space lying along the path" belong to the region (DICOM PS3.3, C.8.8.6.3), which matters for contours that were drawn
/// through the centres of pixels.
/// </remarks>
internal sealed class ContourFill
{
    private const double OnPath = 1e-3; // of a pixel

    private readonly int _columns;
    private readonly int _rows;
    private readonly bool[] _inside;
    private readonly bool[] _path;

    /// <summary>An empty slice.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public ContourFill(int rows, int columns)
    {
        (_rows, _columns) = (rows, columns);
        _inside = new bool[rows * columns];
        _path = new bool[rows * columns];
    }

    /// <summary>Whether a pixel belongs to the region.</summary>
    /// <param name="pixel">Its place (y, x).</param>
    public bool this[int pixel] => _inside[pixel] || _path[pixel];

    /// <summary>Adds a contour.</summary>
    /// <param name="points">Its points in pixels (x, y): the first pixel's centre is at (0, 0).</param>
    public void Add(ReadOnlySpan<(double X, double Y)> points)
    {
        List<double>[] crossings = new List<double>[_rows];
        for (int i = 0; i < points.Length; i++)
        {
            (double X, double Y) a = points[i], b = points[(i + 1) % points.Length];
            if (a.Y > b.Y) (a, b) = (b, a);
            MarkPath(a, b);
            if (a.Y == b.Y) continue;
            int first = (int)Math.Clamp(Math.Ceiling(a.Y), 0, _rows), end = (int)Math.Clamp(Math.Ceiling(b.Y), 0, _rows);
            for (int y = first; y < end; y++) (crossings[y] ??= []).Add(Crossing(a, b, y));
        }

        for (int y = 0; y < _rows; y++)
        {
            if (crossings[y] is not { } row) continue;
            row.Sort();
            for (int i = 0; i + 1 < row.Count; i += 2)
            {
                int first = (int)Math.Clamp(Math.Ceiling(row[i]), 0, _columns), end = (int)Math.Clamp(Math.Ceiling(row[i + 1]), 0, _columns);
                for (int x = first; x < end; x++) _inside[(y * _columns) + x] ^= true;
            }
        }
    }

    private static double Crossing((double X, double Y) a, (double X, double Y) b, int y) => a.X + ((y - a.Y) / (b.Y - a.Y) * (b.X - a.X));

    /// <summary>Marks the pixels whose centres lie on an edge from above to below.</summary>
    private void MarkPath((double X, double Y) a, (double X, double Y) b)
    {
        double length = Math.Sqrt(((b.X - a.X) * (b.X - a.X)) + ((b.Y - a.Y) * (b.Y - a.Y)));
        double left = Math.Min(a.X, b.X) - OnPath, right = Math.Max(a.X, b.X) + OnPath;
        int first = (int)Math.Clamp(Math.Ceiling(a.Y - OnPath), 0, _rows), last = (int)Math.Clamp(Math.Floor(b.Y + OnPath), -1, _rows - 1);
        for (int y = first; y <= last; y++)
        {
            double from = left, to = right;
            if (b.Y - a.Y > OnPath)
            {
                double x = Crossing(a, b, y), reach = OnPath * length / (b.Y - a.Y);
                (from, to) = (Math.Max(left, x - reach), Math.Min(right, x + reach));
            }

            int start = (int)Math.Clamp(Math.Ceiling(from), 0, _columns), end = (int)Math.Clamp(Math.Floor(to), -1, _columns - 1);
            for (int x = start; x <= end; x++) _path[(y * _columns) + x] = true;
        }
    }
}
