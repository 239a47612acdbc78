using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Comparison;

/// <summary>A trained model with the scores of its cross-validation, the cases of all folds together.</summary>
public sealed record ComparedModel
{
    /// <summary>The task's full name.</summary>
    public required string Task { get; init; }

    /// <summary>The configuration, such as 3d_fullres.</summary>
    public required string Configuration { get; init; }

    /// <summary>The trainer.</summary>
    public required string Trainer { get; init; }

    /// <summary>The plans' name.</summary>
    public required string Plans { get; init; }

    /// <summary>The model's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The folds that have scores, of those that were asked for.</summary>
    public required ValueArray<int> Folds { get; init; }

    /// <summary>The folds that have none.</summary>
    public required ValueArray<int> MissingFolds { get; init; }

    /// <summary>Cases that were scored.</summary>
    public required int Cases { get; init; }

    /// <summary>The mean Dice of each label, and its median, over the cases in which it is defined.</summary>
    public required SortedDictionary<int, LabelScore> Labels { get; init; }

    /// <summary>The part of the plan that the model was trained by; null where the model has no plan that can be read.</summary>
    public ConfigurationPlan? Stage { get; init; }

    /// <summary>Whether all folds that were asked for have scores.</summary>
    public bool IsComplete => MissingFolds.Count == 0;

    /// <summary>The mean of the foreground labels' means; NaN where none is defined.</summary>
    public double MeanDice => Mean(static s => s.Mean);

    /// <summary>The mean of the foreground labels' medians; NaN where none is defined.</summary>
    public double MedianDice => Mean(static s => s.Median);

    /// <summary>What is ranked: trainer and plans.</summary>
    public string Candidate => $"{Trainer}__{Plans}";

    private double Mean(Func<LabelScore, double> value) => Averages.Mean(Labels.Values.Select(value));
}

/// <summary>The Dice of a label over cases; NaN where no case has it.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Median">Their median.</param>
public sealed record LabelScore(double Mean, double Median);
