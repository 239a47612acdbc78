using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>Resolves qform, sform, pixdim and units into the geometry that ITK reports.</summary>
/// <remarks>
/// Source: ITK 6, NiftiImageIO (SetImageIOOrientationFromNIfTI) and ImageFileReader, with the permissive sform switched on: the spacing
/// is always pixdim's; the sform gives the directions when it is orthonormal and the qform is unknown, or the sform is a scanner's, or
/// both agree; an sform that is not orthonormal is replaced by the closest orthogonal matrix; else the qform decides; with neither,
/// the identity in LPS. ITK compares the two forms by factors of a singular value decomposition that are ambiguous for equal spacings;
/// here their directions, scales and offsets are compared directly, with ITK's tolerances.
/// </remarks>
internal static class NiftiOrientation
{
    private const double Similar = 1e-5;
    private const double VerySimilar = 1e-4;
    private const double SimilarOffset = 1e-7;
    private const double LeastOfScanners = 0.01;
    private const double MostOfScanners = 100;

    /// <summary>The geometry (ITK file order x, y, z, LPS).</summary>
    /// <exception cref="FileFormatException">The header defines no usable orientation.</exception>
    public static ImageGeometry Resolve(string path, NiftiHeader header, int dimensions, List<string> warnings)
    {
        double unit = (header.Units & 7) switch
        {
            1 => 1e3, // metre
            3 => 1e-3, // micron
            _ => 1,
        };
        double[] spacing = [header.PixDim[1] * unit, header.PixDim[2] * unit, dimensions > 2 ? header.PixDim[3] * unit : 1];
        foreach (int axis in header.AxesWithoutLength.Where(axis => axis <= dimensions))
        {
            warnings.Add($"pixdim along {"xyz"[axis - 1]} is no length, so that 1 was taken");
        }

        WarnOfUnit(header.Units & 7, spacing.AsSpan(0, dimensions), warnings);
        double[] origin = [0, 0, 0];
        double[] direction = [1, 0, 0, 0, 1, 0, 0, 0, 1];

        if (header.QFormCode > 0 || header.SFormCode > 0)
        {
            (Matrix3 matrix, double[] offset) = Choose(path, header, warnings);
            origin = [-offset[0] * unit, -offset[1] * unit, dimensions > 2 ? offset[2] * unit : 0];
            direction = Lps(matrix, dimensions);
        }

        for (int axis = 0; axis < dimensions; axis++)
        {
            if (spacing[axis] >= 0) continue;
            spacing[axis] = -spacing[axis];
            for (int row = 0; row < 3; row++) direction[(row * 3) + axis] = -direction[(row * 3) + axis];
        }

        if (!(Math.Abs(new Matrix3(direction).Determinant) > 1e-6))
        {
            if (dimensions > 2)
            {
                throw new FileFormatException(path, "two axes of the image point along the same direction", "correct the sform or qform of the file");
            }

            warnings.Add("the slice stands upright in the patient, which a 2D geometry cannot say; the axes are taken as x and y");
            direction = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        }

        return new ImageGeometry
        {
            Dimensions = dimensions,
            ItkSpacing = new ValueArray<double>(spacing),
            ItkOrigin = NoNegativeZero(origin),
            ItkDirection = NoNegativeZero(direction),
        };
    }

    /// <summary>Warns where the unit makes spacings of no scanner: then the numbers are in millimetres, as a rule, and the unit is wrong.</summary>
    private static void WarnOfUnit(int unit, ReadOnlySpan<double> spacing, List<string> warnings)
    {
        if (unit is not (1 or 3)) return;
        foreach (double step in spacing)
        {
            if (Math.Abs(step) is >= LeastOfScanners and <= MostOfScanners) continue;
            string voxel = string.Join(" x ", spacing.ToArray().Select(static s => FormattableString.Invariant($"{Math.Abs(s):0.########}")));
            warnings.Add($"the header's unit is {(unit == 1 ? "metre" : "micron")} (xyzt_units {unit}), so that the voxels are {voxel} mm apart; if its numbers are millimetres, the unit must be 2");
            return;
        }
    }

    /// <summary>The rotation with scales, and the offset, of the quaternion's transform (RAS).</summary>
    internal static Matrix3 QForm(NiftiHeader header)
    {
        double b = header.Quaternion[0], c = header.Quaternion[1], d = header.Quaternion[2];
        double a = 1 - ((b * b) + (c * c) + (d * d));
        if (a < 1e-7)
        {
            double scale = 1 / Math.Sqrt((b * b) + (c * c) + (d * d));
            (a, b, c, d) = (0, b * scale, c * scale, d * scale);
        }
        else
        {
            a = Math.Sqrt(a);
        }

        double x = Step(header.PixDim[1]), y = Step(header.PixDim[2]), z = Step(header.PixDim[3]);
        if (header.PixDim[0] < 0) z = -z;

        double[] m =
        [
            ((a * a) + (b * b) - (c * c) - (d * d)) * x, 2 * ((b * c) - (a * d)) * y, 2 * ((b * d) + (a * c)) * z,
            2 * ((b * c) + (a * d)) * x, ((a * a) + (c * c) - (b * b) - (d * d)) * y, 2 * ((c * d) - (a * b)) * z,
            2 * ((b * d) - (a * c)) * x, 2 * ((c * d) + (a * b)) * y, ((a * a) + (d * d) - (c * c) - (b * b)) * z,
        ];

        // NIfTI-1 keeps its matrices in single precision, and so does ITK.
        return header.Version == 1 ? new Matrix3(Array.ConvertAll(m, static v => (double)(float)v)) : new Matrix3(m);

        static double Step(double pixdim) => pixdim > 0 ? pixdim : 1;
    }

    private static (Matrix3 Matrix, double[] Offset) Choose(string path, NiftiHeader header, List<string> warnings)
    {
        Matrix3 qform = QForm(header);
        if (header.SFormCode <= 0) return (qform, header.QOffset);

        double[] rows = header.SRows;
        Matrix3 sform = new([rows[0], rows[1], rows[2], rows[4], rows[5], rows[6], rows[8], rows[9], rows[10]]);
        double[] offset = [rows[3], rows[7], rows[11]];

        if (rows.All(double.IsFinite) && sform.ClosestOrthogonal() is { } orthogonal)
        {
            Matrix3 rotation = sform.NormalizedColumns();
            if (!rotation.TimesTransposed(rotation).IsIdentity(VerySimilar))
            {
                warnings.Add("the sform is sheared; the closest rotation was taken instead");
                return (orthogonal, offset);
            }

            WarnOfScales(header, sform, warnings);
            if (header.QFormCode <= 0 || header.SFormCode == 1 || Agree(sform, offset, qform, header.QOffset)) return (sform, offset);
            warnings.Add($"the sform (code {header.SFormCode}) and the qform (code {header.QFormCode}) place the image differently; the qform was taken, as ITK does");
        }
        else
        {
            warnings.Add("the sform is singular or not finite, and was ignored");
        }

        return header.QFormCode > 0
            ? (qform, header.QOffset)
            : throw new FileFormatException(path, "the sform is singular or not finite, and there is no qform", "correct the orientation of the file");
    }

    private static bool Agree(Matrix3 sform, double[] sOffset, Matrix3 qform, double[] qOffset)
    {
        double distance = 0, largest = 0;
        for (int i = 0; i < 3; i++)
        {
            distance += Math.Abs(sOffset[i] - qOffset[i]);
            largest = Math.Max(largest, Math.Abs(sOffset[i] - qOffset[i]));
        }

        if (sform.IsClose(qform, Similar) && distance <= SimilarOffset) return true;
        if (largest > VerySimilar || !sform.NormalizedColumns().TimesTransposed(qform.NormalizedColumns()).IsIdentity(VerySimilar)) return false;

        for (int axis = 0; axis < 3; axis++)
        {
            if (Math.Abs(sform.ColumnNorm(axis) - qform.ColumnNorm(axis)) > VerySimilar) return false;
        }

        return true;
    }

    private static void WarnOfScales(NiftiHeader header, Matrix3 sform, List<string> warnings)
    {
        for (int axis = 0; axis < 3; axis++)
        {
            double norm = sform.ColumnNorm(axis), pixdim = Math.Abs(header.PixDim[axis + 1]);
            if (Math.Abs(norm - pixdim) <= 1e-3 || (axis == 2 && header.Dim[0] < 3)) continue;
            warnings.Add(FormattableString.Invariant($"the sform's voxel size along {"xyz"[axis]} is {norm:0.####}, but pixdim says {pixdim:0.####}; pixdim was taken"));
        }
    }

    /// <summary>Columns of length 1, x and y negated (RAS to LPS); of a 2D image only the upper left 2x2.</summary>
    private static double[] Lps(Matrix3 ras, int dimensions)
    {
        Matrix3 flipped = Matrix3.From((row, column) =>
        {
            if (row >= dimensions || column >= dimensions) return row == column ? 1 : 0;
            return row < 2 ? -ras[row, column] : ras[row, column];
        });
        return flipped.NormalizedColumns().ToArray();
    }

    private static ValueArray<double> NoNegativeZero(double[] values) => new(Array.ConvertAll(values, static v => v + 0.0));
}
