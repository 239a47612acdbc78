using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>What an evaluation computes and what it writes about itself.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The metrics' names in the catalogue.</summary>
    /// <value>The original's thirteen (<see cref="Metric.DefaultNames"/>).</value>
    public ValueArray<string> Metrics { get; init; } = Metric.DefaultNames.ToValueArray();

    /// <summary>Whether the measures of surfaces and volumes (<see cref="Metric.AdvancedNames"/>) are computed too.</summary>
    /// <value>False.</value>
    public bool Advanced { get; init; }

    /// <summary>Millimetres that surfaces may be apart and still count as equal in Normalized Surface Dice.</summary>
    /// <value>1. Usually what two experts disagree by. At least 0.</value>
    public double SurfaceTolerance { get; init; } = 1;

    /// <summary>Tolerances of structures of their own by name (<see cref="EvaluationLabel.Name"/>), in millimetres; the others have <see cref="SurfaceTolerance"/>.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, double> SurfaceTolerances { get; init; } = new Dictionary<string, double>();

    /// <summary>The value of a metric that is not defined, such as the Dice of two empty masks.</summary>
    /// <value>NaN, which the means leave out.</value>
    public double WhenUndefined { get; init; } = double.NaN;

    /// <summary>Whether prediction and reference must lie at the same place in the patient, not only have the same shape.</summary>
    /// <value>True. The original compares shapes only.</value>
    public bool CheckGeometry { get; init; } = true;

    /// <summary>Cases at the same time.</summary>
    /// <value>0: as many as <see cref="ParallelLoop.DefaultDegree"/>.</value>
    public int Threads { get; init; }

    /// <summary>Bytes that all cases in work may take; fewer are compared at a time where they do not suffice.</summary>
    /// <value>0: what <see cref="MemoryLimit"/> leaves for cases.</value>
    public long MaxRamBytes { get; init; }

    /// <summary>The summary's <c>name</c>.</summary>
    /// <value>Empty.</value>
    public string Name { get; init; } = "";

    /// <summary>The summary's <c>description</c>.</summary>
    /// <value>Empty.</value>
    public string Description { get; init; } = "";

    /// <summary>The summary's <c>author</c>.</summary>
    /// <value>Empty: the file names nobody. The original writes the first name of one of its authors into everybody's files.</value>
    public string Author { get; init; } = "";

    /// <summary>The summary's <c>task</c>.</summary>
    /// <value>Empty.</value>
    public string Task { get; init; } = "";

    /// <summary>The tolerance of one structure in millimetres.</summary>
    internal double ToleranceOf(string label) => SurfaceTolerances.GetValueOrDefault(label, SurfaceTolerance);

    /// <summary>What is wrong with the values.</summary>
    public IEnumerable<string> Faults() => SurfaceTolerances.Values.Append(SurfaceTolerance)
        .Where(static tolerance => !(tolerance >= 0 && double.IsFinite(tolerance)))
        .Select(static tolerance => string.Create(CultureInfo.InvariantCulture, $"a surface tolerance is {tolerance} mm, but must be 0 or more"));

    /// <summary>Throws where values are not possible.</summary>
    /// <exception cref="EvaluationException">See <see cref="Faults"/>.</exception>
    internal void Check()
    {
        string[] faults = [.. Faults()];
        if (faults.Length > 0) throw new EvaluationException("evaluation", string.Join("; ", faults), "correct the options");
    }

    /// <summary>The names of all metrics that are computed, without repetition.</summary>
    internal IReadOnlyList<string> AllMetrics => [.. (Advanced ? Metrics.Concat(Metric.AdvancedNames) : Metrics).Distinct(StringComparer.Ordinal)];
}

/// <summary>How far an evaluation is.</summary>
/// <param name="CaseId">The case that was just scored; empty at the beginning.</param>
/// <param name="Done">Cases scored so far.</param>
/// <param name="Total">All cases.</param>
public readonly record struct EvaluationProgress(string CaseId, int Done, int Total);

/// <summary>Segmentations that cannot be compared: missing files, other shapes, other places.</summary>
public sealed class EvaluationException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
