namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>A geometry as NIfTI states it (RAS): the quaternion with its offset, and the affine's rows.</summary>
/// <param name="QFac">-1 when the axes are left-handed, else 1.</param>
/// <param name="Quaternion">b, c, d.</param>
/// <param name="Offset">World position of the first voxel's centre, x, y, z.</param>
/// <param name="Rows">The affine, 3 rows of 4.</param>
internal sealed record NiftiPlacement(double QFac, double[] Quaternion, double[] Offset, double[] Rows)
{
    /// <summary>The placement of a geometry (LPS); a 2D one lies in the plane z = 0.</summary>
    public static NiftiPlacement From(ImageGeometry geometry, bool flat)
    {
        Matrix3 ras = Matrix3.From((row, column) => row < 2 ? -geometry.ItkDirection[(row * 3) + column] : geometry.ItkDirection[(row * 3) + column]);
        double[] offset = [-geometry.ItkOrigin[0] + 0.0, -geometry.ItkOrigin[1] + 0.0, flat ? 0 : geometry.ItkOrigin[2]];
        double[] rows = new double[12];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                double spacing = flat && column == 2 ? 1 : geometry.ItkSpacing[column];
                rows[(row * 4) + column] = (ras[row, column] * spacing) + 0.0;
            }

            rows[(row * 4) + 3] = offset[row];
        }

        Matrix3 rotation = ras.ClosestOrthogonal() ?? Matrix3.From(static (r, c) => r == c ? 1 : 0);
        double qfac = rotation.Determinant > 0 ? 1 : -1;
        return new NiftiPlacement(qfac, QuaternionOf(rotation, qfac), offset, rows);
    }

    /// <summary>b, c, d of the quaternion with a not negative; the third column is turned round for a left-handed matrix.</summary>
    private static double[] QuaternionOf(Matrix3 m, double qfac)
    {
        double r11 = m[0, 0], r12 = m[0, 1], r13 = m[0, 2] * qfac;
        double r21 = m[1, 0], r22 = m[1, 1], r23 = m[1, 2] * qfac;
        double r31 = m[2, 0], r32 = m[2, 1], r33 = m[2, 2] * qfac;

        // Four times the square of a, b, c and d; the largest is divided by.
        double a4 = 1 + r11 + r22 + r33, b4 = 1 + r11 - r22 - r33, c4 = 1 + r22 - r11 - r33, d4 = 1 + r33 - r11 - r22;
        double a, b, c, d;
        if (a4 >= b4 && a4 >= c4 && a4 >= d4)
        {
            double s = Math.Sqrt(a4) * 2;
            (a, b, c, d) = (s / 4, (r32 - r23) / s, (r13 - r31) / s, (r21 - r12) / s);
        }
        else if (b4 >= c4 && b4 >= d4)
        {
            double s = Math.Sqrt(b4) * 2;
            (a, b, c, d) = ((r32 - r23) / s, s / 4, (r12 + r21) / s, (r13 + r31) / s);
        }
        else if (c4 >= d4)
        {
            double s = Math.Sqrt(c4) * 2;
            (a, b, c, d) = ((r13 - r31) / s, (r12 + r21) / s, s / 4, (r23 + r32) / s);
        }
        else
        {
            double s = Math.Sqrt(d4) * 2;
            (a, b, c, d) = ((r21 - r12) / s, (r13 + r31) / s, (r23 + r32) / s, s / 4);
        }

        double sign = a < 0 ? -1 : 1;
        return [(b * sign) + 0.0, (c * sign) + 0.0, (d * sign) + 0.0];
    }
}
