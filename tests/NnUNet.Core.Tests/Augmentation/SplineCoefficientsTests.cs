using NnUNet.Core.Augmentation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation;

public sealed class SplineCoefficientsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(2, 3, 4)]
    [InlineData(3, 1, 9)]
    [InlineData(5, 40, 3)]
    [InlineData(34, 7, 33)]
    [InlineData(7, 8, 70)]
    public void TheSpline_PassesThroughTheVoxels(int z, int y, int x)
    {
        Extent extent = new(z, y, x);
        float[] voxels = [.. Enumerable.Range(0, (int)extent.Count).Select(static i => MathF.Sin(i * 1.7f) * 100)];
        float[] result = new float[voxels.Length];
        SamplingRows rows = new(new SpatialParameters(true, default, AxisValues.All(1)), extent, extent, sliceWise: false);

        SplineSampling.Resample(voxels, rows, new SplineScratch(), result);

        Golden.AssertClose("voxels", voxels, result, 1e-4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(100)]
    public void Filtering_EqualsTheDirectSolution(int length)
    {
        // Given: eight lines, and the mirrored B-spline's equations c[i-1] + 4 c[i] + c[i+1] = 6 v[i].
        double[] values = [.. Enumerable.Range(0, length).Select(static i => Math.Cos(i * 0.9) + (i % 3))];
        float[] lines = [.. values.SelectMany(static v => Enumerable.Repeat((float)(6 * v), 8))];

        // When
        SplineCoefficients.FilterColumns(lines, length, stride: 8, lines: 8);

        // Then
        Golden.AssertClose("line 0", Solve(values), [.. Enumerable.Range(0, length).Select(i => (double)lines[8 * i])], 2e-6);
        Golden.AssertClose("line 7", Solve(values), [.. Enumerable.Range(0, length).Select(i => (double)lines[(8 * i) + 7])], 2e-6);
    }

    [Fact]
    public void RowsOfZeros_ChangeNothing()
    {
        // Given: an image in the middle of padding, and the same with padding that is not quite zero.
        Extent extent = new(12, 13, 14);
        float[] padded = new float[extent.Count];
        for (int z = 4; z < 8; z++) padded.AsSpan((((z * 13) + 5) * 14) + 3, 6).Fill(7);
        float[] nearly = [.. padded.Select(static v => v == 0 ? 1e-20f : v)];
        SamplingRows rows = new(new SpatialParameters(true, new AxisValues(0.3, 0.2, 0.1), AxisValues.All(0.8)), extent, extent, sliceWise: false);
        float[] fromPadded = new float[padded.Length];
        float[] fromNearly = new float[padded.Length];

        // When
        SplineSampling.Resample(padded, rows, new SplineScratch(), fromPadded);
        SplineSampling.Resample(nearly, rows, new SplineScratch(), fromNearly);

        // Then
        Golden.AssertClose("padding", fromNearly, fromPadded, 1e-12);
    }

    /// <summary>Gaussian elimination of the tridiagonal system.</summary>
    private static double[] Solve(double[] values)
    {
        int n = values.Length;
        double[] upper = new double[n];
        double[] right = new double[n];
        upper[0] = 2 / 4.0;
        right[0] = 6 * values[0] / 4;
        for (int i = 1; i < n; i++)
        {
            double lower = i == n - 1 ? 2 : 1;
            double pivot = 4 - (lower * upper[i - 1]);
            upper[i] = 1 / pivot;
            right[i] = ((6 * values[i]) - (lower * right[i - 1])) / pivot;
        }

        for (int i = n - 2; i >= 0; i--) right[i] -= upper[i] * right[i + 1];
        return right;
    }
}
