using NnUNet.Foundation;

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

    /// <summary>What <c>--advanced</c> adds: measures of the surfaces and of the volumes.</summary>
    /// <remarks>The original's own list of advanced metrics holds Hausdorff Distance 95 only (<see cref="OriginalAdvancedNames"/>).</remarks>
    public static IReadOnlyList<string> AdvancedNames { get; } =
    [
        "Absolute Relative Volume Error", "Absolute Volume Error", "Avg. Surface Distance", "Avg. Symmetric Surface Distance", "Hausdorff Distance",
        "Hausdorff Distance 95", "Normalized Surface Dice", "Relative Volume Error", "Volume Error",
    ];

    /// <summary>What the original's evaluator adds when its caller asks for advanced metrics.</summary>
    public static IReadOnlyList<string> OriginalAdvancedNames { get; } = ["Hausdorff Distance 95"];

    /// <summary>Which values are good ones; reports sort by it.</summary>
    /// <value>None: the measure says nothing about quality.</value>
    public virtual MetricSense Sense => MetricSense.None;

    /// <summary>The unit, such as mm.</summary>
    /// <value>Empty: a ratio.</value>
    public virtual string Unit => "";

    /// <summary>The measure of one pair of masks.</summary>
    /// <param name="masks">Prediction and reference.</param>
    /// <param name="whenUndefined">
    /// The value where the measure is not defined, such as the Dice of two empty masks. A measure that is one minus another
    /// one is then one minus this value.
    /// </param>
    /// <returns>The measure in its <see cref="Unit"/>; finite or <paramref name="whenUndefined"/> (or one minus it).</returns>
    public abstract double Compute(MaskPair masks, double whenUndefined = double.NaN);
}

/// <summary>Which values of a metric are good ones.</summary>
public enum MetricSense
{
    /// <summary>It says nothing about quality, such as a count of voxels.</summary>
    None,

    /// <summary>The higher the better, such as Dice.</summary>
    HigherIsBetter,

    /// <summary>The lower the better, such as a distance.</summary>
    LowerIsBetter,

    /// <summary>The nearer to zero the better, such as a difference with a sign.</summary>
    ZeroIsBest,
}
