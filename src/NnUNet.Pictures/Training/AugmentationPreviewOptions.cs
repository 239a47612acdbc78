using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Pictures.Training;

/// <summary>What the user asks of a contact sheet: <c>nnunet show_augmentation TASK CONFIGURATION -o FILE</c>.</summary>
public sealed record AugmentationPreviewOptions
{
    /// <summary>The folders in force.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>The task's number or full name.</summary>
    public required string Task { get; init; }

    /// <summary>2d, 3d_lowres, 3d_fullres or 3d_cascade_fullres.</summary>
    public required Configuration Configuration { get; init; }

    /// <summary>The recipe's name in the catalogue.</summary>
    /// <value>nnUNetTrainerV2; for 3d_cascade_fullres nnUNetTrainerV2CascadeFullRes.</value>
    public string Trainer
    {
        get => field ?? Configuration.DefaultTrainer;
        init;
    }

    /// <summary>The plans' name.</summary>
    /// <value>nnUNetPlansv2.1.</value>
    public string Plans { get; init; } = "nnUNetPlansv2.1";

    /// <summary>Number of patches on the sheet.</summary>
    /// <value>12. At least 1.</value>
    public int Samples { get; init; } = 12;

    /// <summary>The image channel that is shown, from 0 on.</summary>
    /// <value>0.</value>
    public int Channel { get; init; }

    /// <summary>Seed of the batches, as of a training.</summary>
    /// <value>12345.</value>
    public long Seed { get; init; } = TrainingRun.DefaultSeed;

    /// <summary>What is wrong with the options themselves, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in TrainingOptions.TrainerFaults(Configuration, Trainer)) yield return fault;
        if (Samples < 1) yield return $"the number of patches is {Samples}, but must be at least 1";
        if (Channel < 0) yield return $"the channel is {Channel}, but channels count from 0";
    }
}
