using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>A measure of one structure's segmentation. An extension point: a sealed class with <see cref="CatalogNameAttribute"/>.</summary>
/// <remarks>The catalogue's name is the key in <c>summary.json</c>. Source: nnunet/evaluation/metrics.py.</remarks>
public abstract class Metric
{
    /// <summary>The metrics of every evaluation, in the order of their names.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } =
    [
        "Accuracy", "Dice", "False Discovery Rate", "False Negative Rate", "False Omission Rate", "False Positive Rate", "Jaccard",
        "Negative Predictive Value", "Precision", "Recall", "Total Positives Reference", "Total Positives Test", "True Negative Rate",
    ];

    /// <summary>What <c>--advanced</c> adds: surface distances in millimetres.</summary>
    /// <remarks>The original's own list of advanced metrics holds Hausdorff Distance 95 only (<see cref="OriginalAdvancedNames"/>).</remarks>
    public static IReadOnlyList<string> AdvancedNames { get; } =
    [
        "Avg. Surface Distance", "Avg. Symmetric Surface Distance", "Hausdorff Distance", "Hausdorff Distance 95",
    ];

    /// <summary>What the original's evaluator adds when its caller asks for advanced metrics.</summary>
    public static IReadOnlyList<string> OriginalAdvancedNames { get; } = ["Hausdorff Distance 95"];

    /// <summary>The measure of one pair of masks.</summary>
    /// <param name="masks">Prediction and reference.</param>
    /// <param name="whenUndefined">
    /// The value where the measure is not defined, such as the Dice of two empty masks. A measure that is one minus another
    /// one is then one minus this value.
    /// </param>
    /// <returns>The measure; distances in millimetres, totals in voxels, all others from 0 to 1.</returns>
    public abstract double Compute(MaskPair masks, double whenUndefined = double.NaN);
}
