using NnUNet.Foundation;

namespace NnUNet.Workflows.Steps;

/// <summary>A step of the whole method.</summary>
internal abstract class RunStep
{
    /// <summary>Which step.</summary>
    public abstract WholeRunStep Kind { get; }

    /// <summary>Finds what there is to do. Called only where all earlier steps are current; changes nothing.</summary>
    public abstract StepOutlook Look();

    /// <summary>What is known of the step before the earlier steps are done; changes nothing.</summary>
    public abstract string LookAhead();

    /// <summary>Does what there is to do, as the last <see cref="Look"/> found it.</summary>
    /// <exception cref="DescribedException">It failed.</exception>
    public abstract void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel);

    /// <summary>The step's outlook in a state.</summary>
    protected StepOutlook Outlook(bool isCurrent, string text) => new(Kind, isCurrent ? StepState.Current : StepState.Open, text);

    /// <summary>Passes a library's progress on.</summary>
    protected static IProgress<T>? Forward<T>(IProgress<WholeRunProgress>? progress, Func<T, WholeRunProgress> wrap) =>
        Relay.Into(progress, wrap);
}
