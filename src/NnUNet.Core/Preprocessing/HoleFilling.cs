using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing;

/// <summary>Fills holes of a mask: what cannot be reached from the border along faces becomes part of it.</summary>
internal static class HoleFilling
{
    /// <summary>Fills the holes in place.</summary>
    public static void Fill(bool[] mask, Extent extent)
    {
        bool[] outside = new bool[mask.Length];
        Stack<int> open = new();
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                for (int x = 0; x < extent.X; x++)
                {
                    if (z == 0 || y == 0 || x == 0 || z == extent.Z - 1 || y == extent.Y - 1 || x == extent.X - 1) Push((z * extent.SliceCount) + (y * extent.X) + x);
                }
            }
        }

        while (open.TryPop(out int i))
        {
            int z = i / extent.SliceCount, y = i % extent.SliceCount / extent.X, x = i % extent.X;
            if (z > 0) Push(i - extent.SliceCount);
            if (z < extent.Z - 1) Push(i + extent.SliceCount);
            if (y > 0) Push(i - extent.X);
            if (y < extent.Y - 1) Push(i + extent.X);
            if (x > 0) Push(i - 1);
            if (x < extent.X - 1) Push(i + 1);
        }

        for (int i = 0; i < mask.Length; i++) mask[i] = !outside[i];

        void Push(int i)
        {
            if (mask[i] || outside[i]) return;
            outside[i] = true;
            open.Push(i);
        }
    }
}
