using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Checks a geometry that a header states, and resolves it as ITK's readers do.</summary>
internal static class WorldGeometry
{
    private const double Orthonormal = 1e-4;
    private const double Singular = 1e-6;

    /// <summary>The geometry of numbers in file order (x, y, z), LPS.</summary>
    /// <param name="path">What errors name.</param>
    /// <param name="dimensions">Axes of the image: 2 or 3.</param>
    /// <param name="spacing">Three lengths; a negative one turns its axis round, as in ITK's ImageFileReader.</param>
    /// <param name="origin">Three coordinates.</param>
    /// <param name="direction">Nine numbers, row by row; column i is the direction of axis i.</param>
    /// <param name="warnings">Gets what was put right.</param>
    /// <exception cref="FileFormatException">A number is not finite, or two axes point along the same direction.</exception>
    public static ImageGeometry Of(string path, int dimensions, double[] spacing, double[] origin, double[] direction, List<string> warnings)
    {
        if (!origin.All(double.IsFinite) || !direction.All(double.IsFinite))
        {
            throw new FileFormatException(path, $"the origin {origin.ToValueArray()} and the directions {direction.ToValueArray()} have numbers that are not finite", "correct the header, or export the image again");
        }

        for (int axis = 0; axis < 3; axis++)
        {
            if (spacing[axis] == 0 || !double.IsFinite(spacing[axis]))
            {
                spacing[axis] = 1;
                warnings.Add($"the spacing along {"xyz"[axis]} is no length, so that 1 was taken");
            }
            else if (spacing[axis] < 0)
            {
                spacing[axis] = -spacing[axis];
                for (int row = 0; row < 3; row++) direction[(3 * row) + axis] = -direction[(3 * row) + axis];
            }
        }

        CheckAxes(path, direction, warnings);
        return new ImageGeometry
        {
            Dimensions = dimensions,
            ItkSpacing = new ValueArray<double>(spacing),
            ItkOrigin = NoNegativeZero(origin),
            ItkDirection = NoNegativeZero(direction),
        };
    }

    /// <summary>Refuses to write what is no geometry.</summary>
    /// <exception cref="FileFormatException">A number is not finite, or a spacing is not positive.</exception>
    public static void CheckWritten(string name, ImageGeometry geometry)
    {
        if (geometry.ItkSpacing.All(static s => s > 0 && double.IsFinite(s)) && geometry.ItkOrigin.All(double.IsFinite) && geometry.ItkDirection.All(double.IsFinite)) return;
        throw new FileFormatException(
            name, $"spacing {geometry.ItkSpacing}, origin {geometry.ItkOrigin} and direction {geometry.ItkDirection} are no geometry", "give finite numbers and positive spacings");
    }

    private static void CheckAxes(string path, double[] d, List<string> warnings)
    {
        double[] lengths = [.. Enumerable.Range(0, 3).Select(axis => Math.Sqrt(Dot(d, axis, axis)))];
        double determinant = new Matrix3(d).Determinant / (lengths[0] * lengths[1] * lengths[2]);
        if (!(Math.Abs(determinant) > Singular)) throw new FileFormatException(path, "two axes of the image point along the same direction", "correct the directions of the file");

        bool sheared = Math.Abs(Dot(d, 0, 1)) > Orthonormal || Math.Abs(Dot(d, 0, 2)) > Orthonormal || Math.Abs(Dot(d, 1, 2)) > Orthonormal;
        if (sheared) warnings.Add("the axes are not at right angles; they were taken as they are, as ITK does");
        else if (lengths.Any(static l => Math.Abs(l - 1) > Orthonormal)) warnings.Add("the directions have not the length 1; they were taken as they are, as ITK does");
    }

    private static double Dot(double[] d, int a, int b) => (d[a] * d[b]) + (d[3 + a] * d[3 + b]) + (d[6 + a] * d[6 + b]);

    private static ValueArray<double> NoNegativeZero(double[] values) => new(Array.ConvertAll(values, static v => v + 0.0));
}
