namespace NnUNet.Imaging;

/// <summary>A 3x3 matrix of doubles, row by row; just what orientations and grids need.</summary>
internal readonly struct Matrix3(double[] values)
{
    private readonly double[] _values = values;

    public double this[int row, int column] => _values[(row * 3) + column];

    public double Determinant =>
        (this[0, 0] * ((this[1, 1] * this[2, 2]) - (this[1, 2] * this[2, 1])))
        - (this[0, 1] * ((this[1, 0] * this[2, 2]) - (this[1, 2] * this[2, 0])))
        + (this[0, 2] * ((this[1, 0] * this[2, 1]) - (this[1, 1] * this[2, 0])));

    public static Matrix3 From(Func<int, int, double> value)
    {
        double[] values = new double[9];
        for (int i = 0; i < 9; i++) values[i] = value(i / 3, i % 3);
        return new Matrix3(values);
    }

    public double[] ToArray() => [.. _values];

    /// <summary>Length of a column.</summary>
    public double ColumnNorm(int column) =>
        Math.Sqrt((this[0, column] * this[0, column]) + (this[1, column] * this[1, column]) + (this[2, column] * this[2, column]));

    /// <summary>The matrix with every column of length 1; a column of zeros stays.</summary>
    public Matrix3 NormalizedColumns()
    {
        double[] norms = [ColumnNorm(0), ColumnNorm(1), ColumnNorm(2)];
        Matrix3 self = this;
        return From((r, c) => norms[c] > 0 ? self[r, c] / norms[c] : 0);
    }

    /// <summary>The product with the transpose of another matrix.</summary>
    public Matrix3 TimesTransposed(Matrix3 other)
    {
        Matrix3 self = this;
        return From((r, c) => (self[r, 0] * other[c, 0]) + (self[r, 1] * other[c, 1]) + (self[r, 2] * other[c, 2]));
    }

    public bool IsIdentity(double tolerance) => IsClose(From(static (r, c) => r == c ? 1 : 0), tolerance);

    public bool IsClose(Matrix3 other, double tolerance)
    {
        for (int i = 0; i < 9; i++)
        {
            if (!(Math.Abs(_values[i] - other._values[i]) <= tolerance)) return false;
        }

        return true;
    }

    /// <summary>The transpose of the inverse; infinite where the matrix is singular.</summary>
    public Matrix3 InverseTransposed()
    {
        double determinant = Determinant;
        Matrix3 m = this;
        return From((r, c) =>
        {
            int r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
            return ((m[r1, c1] * m[r2, c2]) - (m[r1, c2] * m[r2, c1])) / determinant;
        });
    }

    public double FrobeniusNorm() => Math.Sqrt(_values.Sum(static v => v * v));

    /// <summary>
    /// The orthogonal matrix closest to this one (U V' of the singular value decomposition), by Newton's iteration;
    /// null when the matrix is singular or not finite.
    /// </summary>
    public Matrix3? ClosestOrthogonal()
    {
        double inverseNorm = InverseTransposed().FrobeniusNorm();
        if (!(inverseNorm < 1e8)) return null;

        Matrix3 x = this;
        for (int i = 0; i < 100; i++)
        {
            Matrix3 inverse = x.InverseTransposed(), last = x;
            double scale = Math.Sqrt(inverse.FrobeniusNorm() / last.FrobeniusNorm());
            x = From((r, c) => ((scale * last[r, c]) + (inverse[r, c] / scale)) / 2);
            if (x.IsClose(last, 1e-15)) break;
        }

        return x;
    }
}
