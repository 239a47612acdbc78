using SkiaSharp;

namespace NnUNet.Pictures.Drawing;

/// <summary>The outline of a label in a slice, by marching squares with corners halfway between pixels.</summary>
internal static class LabelOutline
{
    /// <summary>Closed lines in pixels, (0, 0) at the slice's top left corner.</summary>
    /// <param name="labels">The slice row by row.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="label">The label to outline.</param>
    public static SKPath Of(ReadOnlySpan<short> labels, int width, int label)
    {
        // Each line is held by its end, so that dashes run along whole outlines and joints are round.
        Dictionary<(int X, int Y), List<(int X, int Y)>> lines = Lines(labels, width, label);
        SKPath path = new();
        while (lines.Count > 0)
        {
            (int X, int Y) start = lines.Keys.First(), at = start;
            path.MoveTo(start.X / 2f, start.Y / 2f);
            while (lines.TryGetValue(at, out List<(int X, int Y)>? next))
            {
                (int X, int Y) to = next[^1];
                next.RemoveAt(next.Count - 1);
                if (next.Count == 0) lines.Remove(at);
                at = to;
                if (at == start) path.Close();
                else path.LineTo(at.X / 2f, at.Y / 2f);
            }
        }

        return path;
    }

    /// <summary>Directed lines from point to point in half pixels, with the label on their right side.</summary>
    private static Dictionary<(int X, int Y), List<(int X, int Y)>> Lines(ReadOnlySpan<short> labels, int width, int label)
    {
        Dictionary<(int X, int Y), List<(int X, int Y)>> lines = [];
        int height = labels.Length / width;
        for (int y = 0; y <= height; y++)
        {
            for (int x = 0; x <= width; x++)
            {
                int corner = (Is(labels, x - 1, y - 1) ? 1 : 0) | (Is(labels, x, y - 1) ? 2 : 0) | (Is(labels, x, y) ? 4 : 0) | (Is(labels, x - 1, y) ? 8 : 0);
                (int X, int Y) top = (2 * x, (2 * y) - 1), right = ((2 * x) + 1, 2 * y), bottom = (2 * x, (2 * y) + 1), left = ((2 * x) - 1, 2 * y);
                switch (corner)
                {
                    case 1: Add(top, left); break;
                    case 2: Add(right, top); break;
                    case 3: Add(right, left); break;
                    case 4: Add(bottom, right); break;
                    case 5: Add(top, left); Add(bottom, right); break;
                    case 6: Add(bottom, top); break;
                    case 7: Add(bottom, left); break;
                    case 8: Add(left, bottom); break;
                    case 9: Add(top, bottom); break;
                    case 10: Add(right, top); Add(left, bottom); break;
                    case 11: Add(right, bottom); break;
                    case 12: Add(left, right); break;
                    case 13: Add(top, right); break;
                    case 14: Add(left, top); break;
                    default: break;
                }
            }
        }

        return lines;

        void Add((int X, int Y) from, (int X, int Y) to)
        {
            if (!lines.TryGetValue(from, out List<(int X, int Y)>? ends)) lines[from] = ends = [];
            ends.Add(to);
        }

        bool Is(ReadOnlySpan<short> all, int x, int y) => x >= 0 && y >= 0 && x < width && y < height && all[(y * width) + x] == label;
    }
}
