using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace NnUNet.Workflows.Scheduling;

/// <summary>One fold to train, or one that is trained already.</summary>
public sealed record FoldWork
{
    /// <summary>Which fold.</summary>
    public required FoldKey Key { get; init; }

    /// <summary>How far it is.</summary>
    public required FoldState State { get; init; }

    /// <summary>Complete epochs.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    public required int Epochs { get; init; }

    /// <summary>What its training still takes, by the epochs that are trained; null where none of its configuration is.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>Mean foreground Dice of the validation cases; null where they are not scored yet.</summary>
    public double? Dice { get; init; }

    /// <summary>What must be complete before.</summary>
    public ValueArray<FoldKey> Needs { get; init; }

    /// <summary>A remark for people; may be empty. Of a fold in training, which process trains it.</summary>
    public string Remark { get; init; } = "";

    /// <summary>What must be told of its split before anything is trained; null where nothing must.</summary>
    public string? SplitRemark { get; init; }

    /// <summary>The fold's folder.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What was asked or decided otherwise when it was begun; null where nothing was.</summary>
    internal TrainingDifferences? Differences { get; init; }

    /// <summary>Whether there is something to do.</summary>
    public bool IsOpen => State != FoldState.Complete;
}
