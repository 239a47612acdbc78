using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>
/// Deformation, rotation and scaling about the centre in one resampling pass, down to the patch that the network sees: cubic B-splines
/// for image channels, linear interpolation of each label's mask for the segmentation, zero outside.
/// </summary>
/// <remarks>
/// Source: batchgenerators/augmentations/spatial_transformations.py, augment_spatial, with the true centre n/2 - 1/2 of
/// its later releases. Where none of them is drawn, the patch is a plain crop. Slice-wise (2D, and anisotropic 3D plans), all
/// slices share one rotation around z and one scaling of y and x.
/// </remarks>
public sealed class SpatialAugmentation : PatchAugmentation<SpatialParameters>
{
    private readonly Extent _patch;
    private readonly SpatialRanges _ranges;
    private readonly bool _sliceWise;

    /// <summary>The augmentation for one patch size.</summary>
    /// <param name="patch">Voxel counts (z, y, x) that the result has; z = 1 in 2D.</param>
    /// <param name="ranges">The ranges from which parameters are drawn.</param>
    /// <param name="sliceWise">Whether slices are rotated and scaled in their plane only.</param>
    public SpatialAugmentation(Extent patch, SpatialRanges ranges, bool sliceWise)
    {
        _patch = patch;
        _ranges = ranges;
        _sliceWise = sliceWise;
    }

    /// <inheritdoc/>
    public override SpatialParameters Draw(ref RandomStream random)
    {
        ElasticDeformation? elastic = _ranges.Elastic is { } ranges && random.Bool(ranges.Probability) ? ranges.Draw(_patch, ref random) : null;
        bool rotates = random.Bool(_ranges.RotationProbability);
        AxisValues angles = default;
        if (rotates)
        {
            double z = DrawAngle(ref random, _ranges.MaxAngle.Z);
            angles = _sliceWise
                ? new AxisValues(z, 0, 0)
                : new AxisValues(z, DrawAngle(ref random, _ranges.MaxAngle.Y), DrawAngle(ref random, _ranges.MaxAngle.X));
        }

        bool scales = random.Bool(_ranges.ScaleProbability);
        return new SpatialParameters(rotates || scales || elastic is not null, angles, scales ? DrawScales(ref random) : AxisValues.All(1), elastic);
    }

    /// <summary>The part of a larger patch that <see cref="Apply"/> reads: all of it, or the middle where it only crops.</summary>
    /// <param name="parameters">What was drawn.</param>
    /// <param name="initial">Voxel counts (z, y, x) of the larger patch.</param>
    public BoundingBox Source(in SpatialParameters parameters, Extent initial) =>
        parameters.Resamples ? BoundingBox.Whole(initial) : new BoundingBox(CropStart(initial), _patch);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The augmentation is slice-wise and the patch has another number of slices.</exception>
    public override void Apply(PatchBuffer patch, in SpatialParameters parameters)
    {
        Extent from = patch.Extent;
        if (_sliceWise && from.Z != _patch.Z)
        {
            throw new ArgumentException($"slice-wise augmentation keeps the slices, but {from} shall become {_patch}", nameof(patch));
        }

        if (!parameters.Resamples)
        {
            if (from == _patch) return;

            patch.Replace(
                _patch,
                (_, voxels, into) => Crop(voxels, from, into, _patch),
                (labels, into) => Crop(labels, from, into, _patch));
            return;
        }

        using DisplacementField? field = parameters.Elastic is { } elastic ? new DisplacementField(elastic, _patch, _sliceWise) : null;
        SamplingRows rows = new(parameters, from, _patch, _sliceWise, field);
        patch.Replace(
            _patch,
            (_, voxels, into) => SplineSampling.Resample(voxels, rows, patch.Scratch, into),
            (labels, into) => LabelSampling.Resample(labels, rows, into));
    }

    /// <inheritdoc/>
    protected override string? Describe(in SpatialParameters parameters)
    {
        if (!parameters.Resamples) return null;

        AxisValues angles = parameters.Angles;
        double degrees = 180 / Math.PI;
        FormattableString turned = _sliceWise ? (FormattableString)$"turned {angles.Z * degrees:0}°" : $"turned {angles.Z * degrees:0}° {angles.Y * degrees:0}° {angles.X * degrees:0}°";
        AxisValues scale = parameters.Scale;
        FormattableString scaled = scale.X == scale.Y ? (FormattableString)$"scale {scale.X:0.00}" : $"scale {scale.Z:0.00} {scale.Y:0.00} {scale.X:0.00}";
        string[] words = [parameters.Elastic is null ? "" : "deformed", angles == default ? "" : FormattableString.Invariant(turned), scale == AxisValues.All(1) ? "" : FormattableString.Invariant(scaled)];
        return string.Join(", ", words.Where(static w => w.Length > 0));
    }

    private double DrawAngle(ref RandomStream random, double largest) =>
        _ranges.RotationProbabilityPerAxis >= 1 || random.Bool(_ranges.RotationProbabilityPerAxis) ? random.Uniform(-largest, largest) : 0;

    private AxisValues DrawScales(ref RandomStream random)
    {
        bool own = _ranges.OwnScaleProbability > 0 && random.Bool(_ranges.OwnScaleProbability);
        double first = DrawScale(ref random);
        if (_sliceWise) return new AxisValues(1, first, own ? DrawScale(ref random) : first);

        return own ? new AxisValues(first, DrawScale(ref random), DrawScale(ref random)) : AxisValues.All(first);
    }

    private double DrawScale(ref RandomStream random) => random.Bool(0.5) && _ranges.ScaleLow < 1
        ? random.Uniform(_ranges.ScaleLow, 1)
        : random.Uniform(Math.Max(_ranges.ScaleLow, 1), _ranges.ScaleHigh);

    /// <summary>First voxel of the middle: floor((n - p) / 2), negative where the patch is larger.</summary>
    private Extent CropStart(Extent from) => new((from.Z - _patch.Z) >> 1, (from.Y - _patch.Y) >> 1, (from.X - _patch.X) >> 1);

    private void Crop<T>(ReadOnlySpan<T> voxels, Extent from, Span<T> into, Extent to)
        where T : unmanaged
    {
        Extent start = CropStart(from);
        int first = Math.Max(0, -start.X);
        int last = Math.Min(to.X, from.X - start.X);
        into.Clear();
        for (int z = Math.Max(0, -start.Z); z < Math.Min(to.Z, from.Z - start.Z); z++)
        {
            for (int y = Math.Max(0, -start.Y); y < Math.Min(to.Y, from.Y - start.Y); y++)
            {
                int source = ((((z + start.Z) * from.Y) + y + start.Y) * from.X) + start.X;
                voxels[(source + first)..(source + last)].CopyTo(into[((((z * to.Y) + y) * to.X) + first)..]);
            }
        }
    }
}
