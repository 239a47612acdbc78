using NnUNet.Core.Evaluation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class DistanceTransformTests
{
    [Theory]
    [InlineData(7, 9, 11, 1.0, 1.0, 1.0, 13)]
    [InlineData(5, 8, 6, 3.0, 0.7, 1.2, 17)]
    [InlineData(1, 12, 9, 5.0, 0.8, 0.8, 29)]
    [InlineData(4, 1, 9, 0.5, 2.0, 1.0, 3)]
    public void To_EveryVoxel_IsTheDistanceToTheNearestTarget(int z, int y, int x, double sz, double sy, double sx, int every)
    {
        // Given
        Extent extent = new(z, y, x);
        Spacing spacing = new(sz, sy, sx);
        int[] all = [.. Enumerable.Range(0, (int)extent.Count)];
        int[] targets = [.. all.Where(i => i * 7919 % every == 1)];

        // When
        double[] distances = DistanceTransform.To(targets, extent, spacing, all, CancellationToken.None);

        // Then
        double[] expected = [.. all.Select(i => targets.Min(t => Distance(i, t, extent, spacing)))];
        Golden.AssertClose("distances", expected, distances, 1e-12);
    }

    private static double Distance(int first, int second, Extent extent, Spacing spacing)
    {
        double dz = spacing.Z * ((first / extent.SliceCount) - (second / extent.SliceCount));
        double dy = spacing.Y * ((first % extent.SliceCount / extent.X) - (second % extent.SliceCount / extent.X));
        double dx = spacing.X * ((first % extent.X) - (second % extent.X));
        return Math.Sqrt((dz * dz) + (dy * dy) + (dx * dx));
    }
}
