using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>One structure in a prediction and in its reference: what a metric is computed from.</summary>
public sealed class MaskPair
{
    private readonly Lazy<SurfaceDistances> _surfaces;
    private readonly Lazy<SurfaceElements> _elements;

    internal MaskPair(
        Volume<short> prediction, Volume<short> reference, EvaluationLabel label, ConfusionCounts counts, double surfaceTolerance, CancellationToken cancel)
    {
        Prediction = prediction;
        Reference = reference;
        Label = label;
        Counts = counts;
        SurfaceTolerance = surfaceTolerance;
        _surfaces = new Lazy<SurfaceDistances>(() => SurfaceDistances.Between(this, cancel));
        _elements = new Lazy<SurfaceElements>(() => SurfaceElements.Between(this, cancel));
    }

    /// <summary>The predicted label map; its geometry gives the spacing, as in the original.</summary>
    public Volume<short> Prediction { get; }

    /// <summary>The reference label map, of the prediction's extent.</summary>
    public Volume<short> Reference { get; }

    /// <summary>The structure that is scored.</summary>
    public EvaluationLabel Label { get; }

    /// <summary>Voxel counts.</summary>
    public ConfusionCounts Counts { get; }

    /// <summary>Millimetres that surfaces may be apart and still count as equal.</summary>
    public double SurfaceTolerance { get; }

    /// <summary>Whether surfaces can be compared: no mask is empty and none fills the whole volume.</summary>
    /// <remarks>Source: nnunet/evaluation/metrics.py, hausdorff_distance and others, which refuse full masks too.</remarks>
    public bool HasSurfaces => Counts is { Predicted: > 0, Reference: > 0 } && Counts.Predicted < Counts.Total && Counts.Reference < Counts.Total;

    /// <summary>Distances between both surfaces in millimetres; computed at the first use.</summary>
    /// <exception cref="InvalidOperationException">A mask is empty or full (see <see cref="HasSurfaces"/>).</exception>
    public SurfaceDistances Surfaces => HasSurfaces
        ? _surfaces.Value
        : throw new InvalidOperationException($"the masks of {Label.Name} have no surfaces to compare: one is empty or fills the volume");

    /// <summary>Both surfaces as elements with an area and a distance; computed at the first use.</summary>
    /// <exception cref="InvalidOperationException">A mask is empty. A mask that fills the volume has the volume's border as its surface.</exception>
    public SurfaceElements Elements => Counts is { Predicted: > 0, Reference: > 0 }
        ? _elements.Value
        : throw new InvalidOperationException($"the masks of {Label.Name} have no surfaces to compare: one is empty");
}
