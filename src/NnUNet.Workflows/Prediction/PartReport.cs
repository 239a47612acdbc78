using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>What became of the cases of a part. Those that did not fail are predicted.</summary>
internal sealed record PartReport
{
    /// <summary>Cases that failed.</summary>
    public ValueArray<PredictFailure> Failures { get; init; }

    /// <summary>What was odd about cases' files and was put right.</summary>
    public ValueArray<PredictWarning> Warnings { get; init; }

    /// <summary>The time by stage; null where no case was predicted.</summary>
    public PredictTimes? Times { get; init; }

    /// <summary>What became of the cases of a pipeline.</summary>
    public static PartReport Of(PredictPipeline pipeline) =>
        new() { Failures = pipeline.Failures.ToValueArray(), Warnings = pipeline.Warnings.ToValueArray(), Times = pipeline.Times };

    /// <summary>Several parts that were predicted side by side as one.</summary>
    /// <param name="parts">Each with the number of its cases, by which its means count.</param>
    public static PartReport Merge(IReadOnlyCollection<(PartReport Report, int Cases)> parts)
    {
        (PredictTimes Times, int Cases)[] timed = [.. parts.Where(static p => p.Report.Times is not null).Select(static p => (p.Report.Times!, p.Cases))];
        return new PartReport
        {
            Failures = parts.SelectMany(static p => p.Report.Failures).ToValueArray(),
            Warnings = parts.SelectMany(static p => p.Report.Warnings).ToValueArray(),
            Times = timed.Length == 0 ? null : new PredictTimes(
                timed.Max(static t => t.Times.Loading),
                Mean(static t => t.Preparation),
                Mean(static t => t.Network),
                Mean(static t => t.Export),
                TimeSpan.FromTicks(timed.Sum(static t => t.Times.Waiting.Ticks)),
                timed.Average(static t => t.Times.BusyShare)),
        };

        TimeSpan Mean(Func<PredictTimes, TimeSpan> time) => timed.Aggregate(TimeSpan.Zero, (sum, t) => sum + (time(t.Times) * t.Cases)) / timed.Sum(static t => t.Cases);
    }
}
