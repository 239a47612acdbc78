using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Workflows.Steps;

namespace NnUNet.Workflows.Cluster;

/// <summary>What a graph was made of, so that its state can be asked for without saying all that again.</summary>
internal sealed record AskedWork
{
    /// <summary>Names of the configurations; none for all of the plans.</summary>
    [JsonPropertyName("models")]
    public ValueArray<string> Models { get; init; } = [];

    /// <summary>The folds; none for all of the splits.</summary>
    [JsonPropertyName("folds")]
    public ValueArray<string> Folds { get; init; } = [];

    /// <summary>The trainer.</summary>
    [JsonPropertyName("trainer")]
    public required string Trainer { get; init; }

    /// <summary>The trainer of the cascade's second stage.</summary>
    [JsonPropertyName("cascade_trainer")]
    public required string CascadeTrainer { get; init; }

    /// <summary>The plans' name.</summary>
    [JsonPropertyName("plans")]
    public required string Plans { get; init; }

    /// <summary>The planner of the 3D configurations; null for none.</summary>
    [JsonPropertyName("planner3d")]
    public string? Planner3D { get; init; }

    /// <summary>The planner of the 2D configuration; null for none.</summary>
    [JsonPropertyName("planner2d")]
    public string? Planner2D { get; init; }

    /// <summary>Whether the trainings write probabilities.</summary>
    [JsonPropertyName("npz")]
    public bool Probabilities { get; init; }

    /// <summary>The images to segment; null for none.</summary>
    [JsonPropertyName("input")]
    public string? Input { get; init; }

    /// <summary>Where their segmentations go; null for nowhere.</summary>
    [JsonPropertyName("output")]
    public string? Output { get; init; }

    /// <summary>What options ask for.</summary>
    public static AskedWork Of(WholeRunOptions run) => new()
    {
        Models = [.. run.Training.Configurations.Select(static c => c.Name)],
        Folds = run.Training.Folds,
        Trainer = run.Training.Each.Trainer,
        CascadeTrainer = run.Training.CascadeTrainer,
        Plans = run.Training.Each.Plans,
        Planner3D = run.Preparation.Planner3D,
        Planner2D = run.Preparation.Planner2D,
        Probabilities = run.Training.Each.Validation.SaveProbabilities,
        Input = run.Input is null ? null : Path.GetFullPath(run.Input),
        Output = run.Output is null ? null : Path.GetFullPath(run.Output),
    };

    /// <summary>Options that ask for the same.</summary>
    /// <param name="run">The options whose other values stay.</param>
    public WholeRunOptions Again(WholeRunOptions run) => run with
    {
        Preparation = run.Preparation with { Planner3D = Planner3D, Planner2D = Planner2D },
        Training = run.Training with
        {
            Configurations = [.. Models.Select(Configuration.Parse)],
            Folds = Folds,
            CascadeTrainer = CascadeTrainer,
            Each = run.Training.Each with { Trainer = Trainer, Plans = Plans, Validation = run.Training.Each.Validation with { SaveProbabilities = Probabilities } },
        },
        Ensembling = Probabilities,
        Input = Input,
        Output = Output,
    };
}
