using System.Numerics;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Datasets;

/// <summary>Draws where a computed image lies in the patient: spacing, flipped axes, a tilt, an origin.</summary>
internal static class SyntheticGeometry
{
    /// <summary>A geometry whose volume has its centre near the world's origin (LPS, millimetres).</summary>
    public static ImageGeometry Draw(NumpyRandomState random, Extent extent)
    {
        double inPlane = random.Uniform(0.9, 1.1);
        double[] spacing = [inPlane, inPlane, random.Uniform(0.95, 1.3)];
        double[] flip = [Sign(), Sign(), Sign()];
        double tilt = random.Uniform(-0.3, 0.3);
        (double sin, double cos) = Math.SinCos(tilt);

        // A rotation about the patient's long axis, with some file axes running the other way.
        double[] direction =
        [
            cos * flip[0], -sin * flip[1], 0,
            sin * flip[0], cos * flip[1], 0,
            0, 0, flip[2],
        ];
        double[] half = [(extent.X - 1) / 2.0, (extent.Y - 1) / 2.0, (extent.Z - 1) / 2.0];
        double[] origin = [.. Enumerable.Range(0, 3).Select(row => -Enumerable.Range(0, 3).Sum(axis => direction[(3 * row) + axis] * spacing[axis] * half[axis]))];
        return new ImageGeometry { ItkSpacing = [.. spacing], ItkOrigin = [.. origin], ItkDirection = [.. direction] };

        double Sign() => random.RandomSample() < 0.5 ? -1 : 1;
    }

    /// <summary>The world position (LPS, millimetres) of a voxel's centre.</summary>
    public static Vector3 World(ImageGeometry geometry, int x, int y, int z)
    {
        ReadOnlySpan<double> direction = geometry.ItkDirection.AsSpan();
        double i = x * geometry.ItkSpacing[0];
        double j = y * geometry.ItkSpacing[1];
        double k = z * geometry.ItkSpacing[2];
        return new Vector3(
            (float)(geometry.ItkOrigin[0] + (direction[0] * i) + (direction[1] * j) + (direction[2] * k)),
            (float)(geometry.ItkOrigin[1] + (direction[3] * i) + (direction[4] * j) + (direction[5] * k)),
            (float)(geometry.ItkOrigin[2] + (direction[6] * i) + (direction[7] * j) + (direction[8] * k)));
    }
}
