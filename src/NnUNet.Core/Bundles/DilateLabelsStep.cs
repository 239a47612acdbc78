using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>Grows labels into the background by an ellipsoid of a radius in millimetres: <c>{"step": "dilate_labels", "mm": 3}</c>.</summary>
/// <remarks>
/// Without <c>labels</c>, all of them; where two would meet, the one of the lower value has it. Source: TotalSegmentator 2.18,
/// totalsegmentator/postprocessing.py, dilate_vertebrae_labels: where the radius is no whole number of voxels, the points of the
/// ellipsoid are counted from the radius itself, so that it is not symmetric there, and here neither.
/// </remarks>
[CatalogName("dilate_labels")]
internal sealed class DilateLabelsStep : CleaningStep
{
    /// <summary>More voxels than a radius can sensibly have.</summary>
    private const double MostVoxels = 1000;

    private ValueArray<short> _labels;
    private double _mm;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, Bundle bundle) => (_labels, _mm) = (LabelsOf(parameters, bundle), parameters.Number("mm", 0));

    /// <inheritdoc/>
    public override void Apply(Volume<short> labels, Volume<short>? mask, double cubicMm, CancellationToken cancel)
    {
        if (_mm <= 0) return;
        double[] radius = [.. labels.Geometry.ItkSpacing.Select(s => _mm / (float)s)];
        if (radius.Any(static r => r > MostVoxels)) throw new DescribedException("step dilate_labels", $"at {labels.Geometry.Spacing} a radius of {_mm} mm is more than {MostVoxels} voxels", "correct mm in the bundle's file, or the spacing in the image's header");
        Extent[] ball = [.. Ball(radius)];
        int reach = (int)Math.Ceiling(radius.Max());
        foreach ((short value, BoundingBox box) in VoxelBoxes.OfLabels(labels))
        {
            if (!_labels.Contains(value)) continue;
            cancel.ThrowIfCancellationRequested();

            // The others have grown into the background only, so that this label is still where it was; what it gains is noted first.
            Extent start = new(Math.Max(0, box.Start.Z - reach), Math.Max(0, box.Start.Y - reach), Math.Max(0, box.Start.X - reach));
            Extent end = new(Math.Min(labels.Extent.Z, box.End.Z + reach), Math.Min(labels.Extent.Y, box.End.Y + reach), Math.Min(labels.Extent.X, box.End.X + reach));
            Volume<bool> gained = new(new Extent(end.Z - start.Z, end.Y - start.Y, end.X - start.X));
            Grow(labels, value, box, ball, start, gained);
            for (int z = start.Z; z < end.Z; z++)
            {
                for (int y = start.Y; y < end.Y; y++)
                {
                    Span<short> row = labels.Row(z, y)[start.X..end.X];
                    ReadOnlySpan<bool> gains = gained.Row(z - start.Z, y - start.Y);
                    for (int x = 0; x < row.Length; x++)
                    {
                        if (gains[x] && row[x] == 0) row[x] = value;
                    }
                }
            }
        }
    }

    private static void Grow(Volume<short> labels, short value, BoundingBox box, Extent[] ball, Extent start, Volume<bool> gained)
    {
        for (int z = box.Start.Z; z < box.End.Z; z++)
        {
            for (int y = box.Start.Y; y < box.End.Y; y++)
            {
                ReadOnlySpan<short> row = labels.Row(z, y);
                for (int x = box.Start.X; x < box.End.X; x++)
                {
                    if (row[x] != value) continue;
                    foreach (Extent step in ball)
                    {
                        int toZ = z + step.Z - start.Z, toY = y + step.Y - start.Y, toX = x + step.X - start.X;
                        if ((uint)toZ < (uint)gained.Extent.Z && (uint)toY < (uint)gained.Extent.Y && (uint)toX < (uint)gained.Extent.X) gained[toZ, toY, toX] = true;
                    }
                }
            }
        }
    }

    /// <summary>The steps from a voxel to those that it makes its label's.</summary>
    /// <param name="radius">The radius in voxels (x, y, z).</param>
    private static IEnumerable<Extent> Ball(double[] radius)
    {
        int[] count = [.. radius.Select(static r => (int)Math.Ceiling((2 * r) + 1))];
        double[] square = [.. radius.Select(static r => r * r)];
        for (int z = 0; z < count[2]; z++)
        {
            for (int y = 0; y < count[1]; y++)
            {
                for (int x = 0; x < count[0]; x++)
                {
                    double across = Square(x - radius[0]) / square[0], along = Square(y - radius[1]) / square[1], up = Square(z - radius[2]) / square[2];
                    if (across + along + up <= 1) yield return new Extent(z - (count[2] / 2), y - (count[1] / 2), x - (count[0] / 2));
                }
            }
        }
    }

    private static double Square(double value) => value * value;
}
