using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Bundles;

/// <summary>Grows labels into the background by an ellipsoid of a radius in millimetres: <c>{"step": "dilate_labels", "mm": 3}</c>.</summary>
/// <remarks>
/// Without <c>labels</c>, all of them; where two would meet, the one of the lower value has it. Source: TotalSegmentator 2.18,
/// totalsegmentator/postprocessing.py, dilate_vertebrae_labels.
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
        BallFootprint ellipsoid = BallFootprint.OfEllipsoid(radius);
        int reach = (int)Math.Ceiling(radius.Max());
        foreach ((short value, BoundingBox box) in VoxelBoxes.OfLabels(labels))
        {
            if (!_labels.Contains(value)) continue;
            cancel.ThrowIfCancellationRequested();

            // The others have grown into the background only, so that this label is still where it was.
            Extent start = new(Math.Max(0, box.Start.Z - reach), Math.Max(0, box.Start.Y - reach), Math.Max(0, box.Start.X - reach));
            Extent end = new(Math.Min(labels.Extent.Z, box.End.Z + reach), Math.Min(labels.Extent.Y, box.End.Y + reach), Math.Min(labels.Extent.X, box.End.X + reach));
            Volume<bool> grown = Around(labels, value, start, end);
            BinaryMorphology.DilateBy(grown.Voxels, grown.Extent, ellipsoid);
            for (int z = start.Z; z < end.Z; z++)
            {
                for (int y = start.Y; y < end.Y; y++)
                {
                    Span<short> row = labels.Row(z, y)[start.X..end.X];
                    ReadOnlySpan<bool> gains = grown.Row(z - start.Z, y - start.Y);
                    for (int x = 0; x < row.Length; x++)
                    {
                        if (gains[x] && row[x] == 0) row[x] = value;
                    }
                }
            }
        }
    }

    /// <summary>Where a part of a label map has a label (z, y, x).</summary>
    private static Volume<bool> Around(Volume<short> labels, short value, Extent start, Extent end)
    {
        Volume<bool> mask = new(new Extent(end.Z - start.Z, end.Y - start.Y, end.X - start.X));
        for (int z = start.Z; z < end.Z; z++)
        {
            for (int y = start.Y; y < end.Y; y++)
            {
                ReadOnlySpan<short> row = labels.Row(z, y)[start.X..end.X];
                Span<bool> into = mask.Row(z - start.Z, y - start.Y);
                for (int x = 0; x < row.Length; x++) into[x] = row[x] == value;
            }
        }

        return mask;
    }
}
