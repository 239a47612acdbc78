namespace NnUNet.Web.Dashboard.Now;

/// <summary>How far a training got by its journal.</summary>
internal enum CourseState
{
    /// <summary>There is no journal, or no row of one.</summary>
    None,

    /// <summary>It began, or went on, and its end is not told.</summary>
    Open,

    /// <summary>It was stopped at a checkpoint.</summary>
    Stopped,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>All is done.</summary>
    Done,
}

/// <summary>The course of a training.</summary>
internal sealed record Course
{
    /// <summary>How far it got.</summary>
    public CourseState State { get; init; }

    /// <summary>Why it stopped or failed; null where it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>The epochs that are complete, in their order.</summary>
    public IReadOnlyList<EpochPoint> Epochs { get; init; } = [];

    /// <summary>What was told besides, such as steps that were skipped.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>What was decided for it; null where the journal does not say.</summary>
    public CourseSettings? Settings { get; init; }

    /// <summary>The name of the log for people; null where the journal does not say.</summary>
    public string? Log { get; init; }

    /// <summary>When the last run of it began.</summary>
    public DateTimeOffset? Begun { get; init; }

    /// <summary>When it last told something.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>The best epoch by the moving average of the validation Dice, from 0 on.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>The mean Dice of the validation cases at the end; NaN where they are not scored.</summary>
    public double ValidationDice { get; init; } = double.NaN;
}

/// <summary>One epoch.</summary>
/// <param name="Epoch">From 0 on.</param>
/// <param name="Time">Its end.</param>
/// <param name="TrainLoss">Mean training loss.</param>
/// <param name="ValidationLoss">Mean validation loss.</param>
/// <param name="Dice">Mean of the classes' Dice over validation patches.</param>
/// <param name="DicePerClass">Dice of each foreground class; NaN where it did not occur.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="Wait">Share of the time that the network waited for data, 0 to 1.</param>
internal sealed record EpochPoint(int Epoch, DateTimeOffset? Time, double TrainLoss, double ValidationLoss, double Dice, IReadOnlyList<double> DicePerClass, double Rate, double Seconds, double Wait);

/// <summary>What was decided for a training.</summary>
/// <param name="Epochs">Epochs in all; 0 where it is not told.</param>
/// <param name="Iterations">Training iterations of an epoch.</param>
/// <param name="BatchSize">Samples of a batch.</param>
/// <param name="PatchSize">Voxels (z, y, x) that the network sees.</param>
/// <param name="Device">Where it computes.</param>
/// <param name="Precision">With which numbers.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Network">The network.</param>
/// <param name="Regions">The regions that its outputs are; none where they are classes.</param>
internal sealed record CourseSettings(
    int Epochs, int Iterations, int BatchSize, IReadOnlyList<double> PatchSize, string Device, string Precision, string Loss, string Network, IReadOnlyList<string> Regions);
