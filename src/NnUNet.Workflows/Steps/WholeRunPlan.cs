using NnUNet.Foundation;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Steps;

/// <summary>What <c>nnunet run</c> is going to do.</summary>
public sealed record WholeRunPlan
{
    /// <summary>The task's full name.</summary>
    public required string Task { get; init; }

    /// <summary>The steps in their order.</summary>
    public required ValueArray<StepOutlook> Steps { get; init; }

    /// <summary>Every fold with the estimate of its time; null as long as there are no plans.</summary>
    public TrainAllPlan? Training { get; init; }

    /// <summary>What looks odd, each in one sentence.</summary>
    public ValueArray<string> Warnings { get; init; } = [];

    /// <summary>Why the run would be refused before it begins; null where nothing keeps it from running.</summary>
    public DescribedException? Obstacle { get; init; }

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsComplete => Steps.All(static s => s.State == StepState.Current);
}
