namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>The plain twin of the connected parts: one flood a part, voxel by voxel.</summary>
internal static class FloodFill
{
    public static int[] Label(bool[] mask, Extent extent)
    {
        int[] numbers = new int[mask.Length];
        int parts = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] && numbers[i] == 0) Flood(mask, numbers, extent, i, ++parts);
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
        Flood(background, numbers, padded, 0, 1);
        return [.. Enumerable.Range(0, mask.Length).Select(i =>
        {
            int z = i / extent.SliceCount, y = i / extent.X % extent.Y, x = i % extent.X;
            return numbers[((((z + 1) * padded.Y) + y + 1) * padded.X) + x + 1] == 0;
        })];
    }

    private static void Flood(bool[] mask, int[] numbers, Extent extent, int seed, int number)
    {
        Stack<int> open = new([seed]);
        while (open.TryPop(out int i))
        {
            if (!mask[i] || numbers[i] != 0) continue;
            numbers[i] = number;
            int z = i / extent.SliceCount, y = i / extent.X % extent.Y, x = i % extent.X;
            if (z > 0) open.Push(i - extent.SliceCount);
            if (z < extent.Z - 1) open.Push(i + extent.SliceCount);
            if (y > 0) open.Push(i - extent.X);
            if (y < extent.Y - 1) open.Push(i + extent.X);
            if (x > 0) open.Push(i - 1);
            if (x < extent.X - 1) open.Push(i + 1);
        }
    }
}
