using System.Numerics;
using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>
/// The area of the surface element at a corner of the voxel grid, by which of the eight voxels around it belong to the mask:
/// marching cubes with vertices halfway between voxels.
/// </summary>
/// <remarks>
/// Where at most four of the voxels are set, each group of them that is connected by faces is cut off by a surface of its own;
/// with more, the same is done with those that are not set. Areas follow from the group's shape, without a table of 256
/// triangulations; they are equal to the normals' lengths of deepmind/surface-distance, lookup_tables.py, for every code.
/// </remarks>
internal static class SurfaceElementAreas
{
    private const int Codes = 256;

    /// <summary>Areas in square millimetres by code: bit 4 dz + 2 dy + dx is set where that voxel belongs to the mask.</summary>
    public static double[] Areas(Spacing spacing)
    {
        double[] areas = new double[Codes];
        for (int code = 0; code < Codes; code++)
        {
            int corners = BitOperations.PopCount((uint)code) > 4 ? ~code & byte.MaxValue : code;
            while (corners != 0)
            {
                int group = GroupOf(corners);
                areas[code] += AreaOf(group, spacing);
                corners &= ~group;
            }
        }

        return areas;
    }

    /// <summary>Lengths of an outline in millimetres by the same codes, for images of two dimensions: both layers of voxels are equal.</summary>
    public static double[] Lengths(Spacing spacing)
    {
        double[] lengths = new double[Codes];
        double slanted = Math.Sqrt((spacing.Y * spacing.Y) + (spacing.X * spacing.X)) / 2;
        for (int layer = 0; layer < 16; layer++)
        {
            lengths[layer | (layer << 4)] = layer switch
            {
                0b0000 or 0b1111 => 0,
                0b0011 or 0b1100 => spacing.X,
                0b0101 or 0b1010 => spacing.Y,
                0b0110 or 0b1001 => 2 * slanted,
                _ => slanted,
            };
        }

        return lengths;
    }

    /// <summary>The voxels that are connected by faces with the first of a set.</summary>
    private static int GroupOf(int corners)
    {
        int group = corners & -corners;
        while (true)
        {
            int grown = group;
            for (int axis = 0; axis < 3; axis++) grown |= Neighbours(group, axis) & corners;
            if (grown == group) return group;
            group = grown;
        }
    }

    /// <summary>A set mirrored along x (0), y (1) or z (2): all neighbours in that direction.</summary>
    private static int Neighbours(int corners, int axis) => axis switch
    {
        0 => ((corners & 0x55) << 1) | ((corners & 0xAA) >> 1),
        1 => ((corners & 0x33) << 2) | ((corners & 0xCC) >> 2),
        _ => ((corners & 0x0F) << 4) | ((corners & 0xF0) >> 4),
    };

    /// <summary>The area that cuts off one connected group of one to four voxels.</summary>
    private static double AreaOf(int group, Spacing spacing)
    {
        // Pairs of neighbours along x, y, z; each pair is counted at both of its voxels.
        int[] pairs = [.. Enumerable.Range(0, 3).Select(axis => BitOperations.PopCount((uint)(group & Neighbours(group, axis))) / 2)];
        int unused = Array.IndexOf(pairs, 0);
        switch (BitOperations.PopCount((uint)group), pairs.Sum())
        {
            case (1, _): return Slanted(0.125);
            case (2, _): return 2 * Roof(Array.IndexOf(pairs, 1), 0.25);
            case (3, _): return Flat(unused, 0.5) + Slanted(0.375);
            case (_, 4): return Flat(unused, 1);
            default:
                int middle = MiddleOfChain(group);
                return middle < 0 ? Slanted(0.75) : Slanted(0.5) + Roof((middle + 1) % 3, 0.25) + Roof((middle + 2) % 3, 0.25);
        }

        // Triangles and quadrilaterals with a normal of equal share of all axes, of all but one, of one only.
        double Slanted(double share) => share * Length(Face(0), Face(1), Face(2));
        double Roof(int along, double share) => share * Length(Face((along + 1) % 3), Face((along + 2) % 3), 0);
        double Flat(int normal, double share) => share * Face(normal);
        double Face(int normal) => spacing[(4 - normal) % 3] * spacing[(3 - normal) % 3];
        static double Length(double a, double b, double c) => Math.Sqrt((a * a) + (b * b) + (c * c));
    }

    /// <summary>The axis of the middle pair of a chain of four voxels; -1 where one voxel has the three others as its neighbours.</summary>
    private static int MiddleOfChain(int group)
    {
        for (int axis = 0; axis < 3; axis++)
        {
            int along = group & Neighbours(group, axis);
            int others = group & (Neighbours(group, (axis + 1) % 3) | Neighbours(group, (axis + 2) % 3));
            if (BitOperations.PopCount((uint)(along & others)) == 2) return axis;
        }

        return -1;
    }
}
