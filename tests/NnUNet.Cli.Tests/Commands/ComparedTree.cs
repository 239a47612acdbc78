using NnUNet.Core.Evaluation;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

/// <summary>Models of which there are scores alone, of one case in fold 0.</summary>
internal static class ComparedTree
{
    /// <summary>Writes the scores of a model in the workspace w.</summary>
    public static void Fold(TemporaryFolder folder, string configuration, string task, string trainer, double dice)
    {
        CaseScores scores = new() { Test = "a.nii.gz", Labels = new(StringComparer.Ordinal) { ["1"] = new(StringComparer.Ordinal) { ["Dice"] = dice } } };
        SegmentationSummary.From([scores], new EvaluationOptions()).Write(folder[$"w/results/nnUNet/{configuration}/{task}/{trainer}__P/fold_0/validation_raw/summary.json"]);
    }
}
