using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Planning;

namespace NnUNet.Cli.Choices;

/// <summary>What the commands that train all folds of a task have in common.</summary>
internal static class TrainingChoices
{
    /// <summary>The option of the configurations.</summary>
    /// <param name="otherwise">What further is to be said of what happens without it, after a semicolon; empty for nothing.</param>
    public static Option<string[]> Configurations(string otherwise = "") =>
        Values.Texts(["-m", "--models"], "NETWORK", $"Configurations: {string.Join(", ", ConfigurationChoice.Names)}. All that the plans have unless given{otherwise}.");

    /// <summary>The option of the folds.</summary>
    public static Option<string[]> Folds() =>
        Values.Texts(["-f", "--folds"], "FOLD", "Folds: numbers, or all to train on every case. All five (or those of your splits_final.json) unless given.");

    /// <summary>The option of the trainer.</summary>
    public static Option<string?> Trainer() => Values.Text(["-tr", "--trainer_class_name"], "NAME", "The trainer.", Configuration.FullResolution.DefaultTrainer);

    /// <summary>The option of the trainer of the cascade's second stage.</summary>
    public static Option<string?> CascadeTrainer() =>
        Values.Text(["-ctr", "--cascade_trainer_class_name"], "NAME", "The trainer of 3d_cascade_fullres.", Configuration.Cascade.DefaultTrainer);

    /// <summary>The option of the number of epochs.</summary>
    public static Option<int?> Epochs() => Values.Integer(["--epochs"], "Number of epochs of each training. The trainer's own (1000) unless given.", least: 1);

    /// <summary>The option of the number of iterations.</summary>
    public static Option<int?> Iterations() => Values.Integer(["--iterations"], "Training iterations of an epoch. The trainer's own (250) unless given.", least: 1);

    /// <summary>The option of the seed.</summary>
    public static Option<int?> Seed() => Values.Integer(["--seed"], "Seed of weights and batches. 12345 unless given.", least: 0);

    /// <summary>The option that turns mixed precision off.</summary>
    public static Option<bool> Float32() => Values.Flag(["--fp32"], "Compute in float32 throughout. Otherwise convolutions compute in 16 bits where that is faster (nnunet doctor shows which).");
}
