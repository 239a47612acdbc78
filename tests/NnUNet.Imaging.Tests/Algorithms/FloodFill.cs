namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>The plain twin of the connected parts: one flood a part, voxel by voxel.</summary>
internal static class FloodFill
{
    public static int[] Label(bool[] mask, Extent extent, bool diagonal = false)
    {
        int[] numbers = new int[mask.Length];
        int parts = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] && numbers[i] == 0) Flood(mask, numbers, extent, i, ++parts, diagonal);
        }

        return numbers;
    }

    public static bool[] FillHoles(bool[] mask, Extent extent)
    {
        Extent padded = new(extent.Z + 2, extent.Y + 2, extent.X + 2);
        bool[] background = new bool[padded.Count];
        Array.Fill(background, true);
        for (int i = 0; i < mask.Length; i++)
        {
            int z = i / extent.SliceCount, y = i / extent.X % extent.Y, x = i % extent.X;
            background[((((z + 1) * padded.Y) + y + 1) * padded.X) + x + 1] = !mask[i];
        }

        int[] numbers = new int[background.Length];
        Flood(background, numbers, padded, 0, 1, diagonal: false);
        return [.. Enumerable.Range(0, mask.Length).Select(i =>
        {
            int z = i / extent.SliceCount, y = i / extent.X % extent.Y, x = i % extent.X;
            return numbers[((((z + 1) * padded.Y) + y + 1) * padded.X) + x + 1] == 0;
        })];
    }

    private static void Flood(bool[] mask, int[] numbers, Extent extent, int seed, int number, bool diagonal)
    {
        Stack<int> open = new([seed]);
        while (open.TryPop(out int i))
        {
            if (!mask[i] || numbers[i] != 0) continue;
            numbers[i] = number;
            int z = i / extent.SliceCount, y = i / extent.X % extent.Y, x = i % extent.X;
            for (int dz = -1; dz <= 1; dz++)
            {
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        bool near = diagonal || Math.Abs(dz) + Math.Abs(dy) + Math.Abs(dx) == 1;
                        bool inside = z + dz >= 0 && z + dz < extent.Z && y + dy >= 0 && y + dy < extent.Y && x + dx >= 0 && x + dx < extent.X;
                        if (near && inside) open.Push(i + (dz * extent.SliceCount) + (dy * extent.X) + dx);
                    }
                }
            }
        }
    }
}
