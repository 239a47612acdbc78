namespace NnUNet.Workflows.Scheduling;

/// <summary>How <c>train_all</c> left a fold.</summary>
public enum FoldOutcome
{
    /// <summary>It was complete before.</summary>
    WasComplete,

    /// <summary>It is trained and validated now.</summary>
    Done,

    /// <summary>Its training failed.</summary>
    Failed,

    /// <summary>What it needs is not complete, or another process trains it.</summary>
    Skipped,

    /// <summary>It was stopped on its way; a repeated call continues.</summary>
    Interrupted,

    /// <summary>It was not its turn before the end.</summary>
    NotStarted,
}

/// <summary>How a fold ended.</summary>
/// <param name="Work">The fold.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, where it failed or was skipped; else empty.</param>
/// <param name="Dice">Mean foreground Dice of the validation cases; null where they are not scored.</param>
public sealed record FoldResult(FoldWork Work, FoldOutcome Outcome, string Reason = "", double? Dice = null)
{
    /// <summary>Whether only an end before its time keeps it from being complete: a repeated call goes on.</summary>
    public bool IsLeft => Outcome is FoldOutcome.Interrupted or FoldOutcome.NotStarted;

    /// <summary>Whether it is trained and validated.</summary>
    public bool IsComplete => Outcome is FoldOutcome.Done or FoldOutcome.WasComplete;
}
