namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>A vertex of the grid of pixel corners: (0, 0) is the corner before the first pixel of the first row, whose centre is at (0.5, 0.5).</summary>
/// <param name="X">Columns.</param>
/// <param name="Y">Rows.</param>
internal readonly record struct Corner(int X, int Y);

/// <summary>The outlines of a label in a slice, along the edges of its pixels: whoever fills them gets exactly its pixels back.</summary>
/// <remarks>
/// Pixels that touch at a corner only have outlines of their own. A hole is part of the outline around it, by a channel of no width along pixel edges
/// ("keyhole", DICOM PS3.3, C.8.8.6.3): it fills the same by even-odd and by winding number, and where contours of a slice are united or combined by exclusive or.
/// </remarks>
internal sealed class PixelOutline
{
    // Directions: right, down, left, up. The label's pixel lies on the right of each edge, seen in its direction.
    private static readonly (int X, int Y)[] Steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    private readonly bool[] _mask; // with a border of one pixel that is not the label's
    private readonly int _columns;
    private readonly int _rows;
    private readonly HashSet<(Corner At, int Direction)> _traced = [];
    private readonly List<Loop> _loops = [];

    private PixelOutline(bool[] mask, int columns) => (_mask, _columns, _rows) = (mask, columns - 2, (mask.Length / columns) - 2);

    /// <summary>The outlines, each closed by its first corner, which is not repeated; corners on straight lines are left out.</summary>
    /// <param name="slice">The labels (y, x).</param>
    /// <param name="columns">Columns.</param>
    /// <param name="label">The label.</param>
    /// <param name="box">First and last column and row in which it lies.</param>
    public static IReadOnlyList<IReadOnlyList<Corner>> Of(ReadOnlySpan<short> slice, int columns, short label, (int X0, int X1, int Y0, int Y1) box)
    {
        int width = box.X1 - box.X0 + 3, height = box.Y1 - box.Y0 + 3;
        bool[] mask = new bool[width * height];
        for (int y = box.Y0; y <= box.Y1; y++)
        {
            for (int x = box.X0; x <= box.X1; x++) mask[((y - box.Y0 + 1) * width) + x - box.X0 + 1] = slice[(y * columns) + x] == label;
        }

        PixelOutline outline = new(mask, width);
        outline.Trace();
        outline.Join();
        return [.. outline._loops.Where(static l => !l.IsHole).Select(l => outline.Emitted(l, box.X0, box.Y0))];
    }

    private bool Is(int x, int y) => _mask[((y + 1) * (_columns + 2)) + x + 1];

    /// <summary>Whether an edge leads from a corner: the label's pixel on its right, none on its left.</summary>
    private bool Leads(Corner at, int direction) => direction switch
    {
        0 => Is(at.X, at.Y) && !Is(at.X, at.Y - 1),
        1 => Is(at.X - 1, at.Y) && !Is(at.X, at.Y),
        2 => Is(at.X - 1, at.Y - 1) && !Is(at.X - 1, at.Y),
        _ => Is(at.X, at.Y - 1) && !Is(at.X - 1, at.Y - 1),
    };

    /// <summary>Finds all loops of edges.</summary>
    private void Trace()
    {
        for (int y = 0; y < _rows; y++)
        {
            for (int x = 0; x < _columns; x++)
            {
                // Every loop has an edge to the right: around pixels above one, around holes below one.
                Corner start = new(x, y);
                if (Leads(start, 0) && !_traced.Contains((start, 0))) Follow(start, 0);
            }
        }
    }

    private void Follow(Corner start, int direction)
    {
        Loop loop = new(_loops.Count);
        Corner at = start;
        long area = 0;
        int first = direction;
        do
        {
            _traced.Add((at, direction));
            loop.Corners.Add(at);
            Corner next = new(at.X + Steps[direction].X, at.Y + Steps[direction].Y);
            area += ((long)at.X * next.Y) - ((long)next.X * at.Y);
            at = next;

            // Where two ways lead on, the one to the right stays with the same pixel.
            int right = (direction + 1) % 4, left = (direction + 3) % 4;
            direction = Leads(at, right) ? right : Leads(at, direction) ? direction : left;
        }
        while (at != start || direction != first);

        loop.IsHole = area < 0; // rows go down, so that clockwise loops, those around pixels, have a positive area
        _loops.Add(loop);
    }

    /// <summary>Joins each hole to a loop above it: from its highest corner straight up, which stays within the label's pixels.</summary>
    private void Join()
    {
        Dictionary<Corner, List<(int Loop, int Corner)>> at = [];
        foreach (Loop loop in _loops)
        {
            for (int i = 0; i < loop.Corners.Count; i++)
            {
                if (!at.TryGetValue(loop.Corners[i], out List<(int, int)>? there)) at[loop.Corners[i]] = there = [];
                there.Add((loop.Index, i));
            }
        }

        foreach (Loop hole in _loops.Where(static l => l.IsHole))
        {
            // The pixels on both sides of the way up are the label's, so that the first loop that it meets is one of theirs.
            (Corner to, int start) = hole.Top();
            hole.Start = start;
            do to = to with { Y = to.Y - 1 };
            while (!at.ContainsKey(to));

            (int loop, int corner) = at[to][0];
            if (!_loops[loop].Holes.TryGetValue(corner, out List<int>? holes)) _loops[loop].Holes[corner] = holes = [];
            holes.Add(hole.Index);
        }
    }

    /// <summary>The corners of a loop with those of its holes, each entered and left where it is joined.</summary>
    private List<Corner> Emitted(Loop outer, int columns, int rows)
    {
        List<Corner> all = [];
        Stack<(Loop Loop, int Step, int Hole)> open = new([(outer, 0, 0)]);
        while (open.TryPop(out (Loop Loop, int Step, int Hole) now))
        {
            (Loop loop, int step, int hole) = now;
            int corner = (loop.Start + step) % loop.Corners.Count;
            all.Add(loop.Corners[corner]); // after a hole, the way goes back to where it came from
            bool ends = step == loop.Corners.Count; // a hole comes back to where it began
            if (!ends && loop.Holes.TryGetValue(corner, out List<int>? holes) && hole < holes.Count)
            {
                open.Push((loop, step, hole + 1));
                open.Push((_loops[holes[hole]], 0, 0));
                continue;
            }

            if (step < loop.Corners.Count - (loop.IsHole ? 0 : 1)) open.Push((loop, step + 1, 0));
        }

        return Simplified([.. all.Select(c => new Corner(c.X + columns, c.Y + rows))]);
    }

    /// <summary>Leaves out corners on straight lines, and those that stand twice; turns back stay.</summary>
    private static List<Corner> Simplified(List<Corner> corners)
    {
        List<Corner> kept = [];
        for (int i = 0; i < corners.Count; i++)
        {
            if (kept.Count > 0 && kept[^1] == corners[i]) continue;
            if (kept.Count > 1 && IsStraight(kept[^2], kept[^1], corners[i])) kept[^1] = corners[i];
            else kept.Add(corners[i]);
        }

        while (kept.Count > 3 && (kept[^1] == kept[0] || IsStraight(kept[^2], kept[^1], kept[0]))) kept.RemoveAt(kept.Count - 1);
        while (kept.Count > 3 && IsStraight(kept[^1], kept[0], kept[1])) kept.RemoveAt(0);
        return kept;
    }

    private static bool IsStraight(Corner a, Corner b, Corner c) =>
        (a.X == b.X && b.X == c.X && Math.Sign(b.Y - a.Y) == Math.Sign(c.Y - b.Y)) || (a.Y == b.Y && b.Y == c.Y && Math.Sign(b.X - a.X) == Math.Sign(c.X - b.X));

    private sealed class Loop(int index)
    {
        public int Index { get; } = index;

        public List<Corner> Corners { get; } = [];

        public bool IsHole { get; set; }

        /// <summary>The corner with which it begins when it is written.</summary>
        public int Start { get; set; }

        /// <summary>Holes that are joined to it, by the number of the corner.</summary>
        public Dictionary<int, List<int>> Holes { get; } = [];

        /// <summary>The highest corner, of several the leftmost, and its number.</summary>
        public (Corner At, int Index) Top()
        {
            int top = 0;
            for (int i = 1; i < Corners.Count; i++)
            {
                if ((Corners[i].Y, Corners[i].X).CompareTo((Corners[top].Y, Corners[top].X)) < 0) top = i;
            }

            return (Corners[top], top);
        }
    }
}
