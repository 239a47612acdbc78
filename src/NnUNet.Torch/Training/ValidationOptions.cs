using System.Text.RegularExpressions;
using NnUNet.Torch.Training.Validation;

namespace NnUNet.Torch.Training;

/// <summary>What the user asks of the final validation.</summary>
public sealed partial record ValidationOptions
{
    /// <summary>The folder in the fold's folder that gets predictions and scores.</summary>
    /// <value>validation_raw.</value>
    public string FolderName { get; init; } = FinalValidation.FolderName;

    /// <summary>Whether the probabilities are written too, for ensembles (<c>--npz</c>).</summary>
    /// <value>False.</value>
    public bool SaveProbabilities { get; init; }

    /// <summary>Whether cases are predicted again whose prediction is there.</summary>
    /// <value>True.</value>
    public bool Overwrite { get; init; } = true;

    /// <summary>Whether it is decided from this fold's predictions alone which components are removed.</summary>
    /// <value>True.</value>
    public bool Postprocess { get; init; } = true;

    /// <summary>Whether the best checkpoint is validated instead of the final one. Only where nothing is trained.</summary>
    /// <value>False.</value>
    public bool Best { get; init; }

    /// <summary>The name of the checkpoint that is validated, without its ending.</summary>
    internal string CheckpointStem => Best ? Checkpoint.Best : Checkpoint.Final;

    /// <summary>What is wrong with the options themselves, each in one sentence; empty when nothing is.</summary>
    internal IEnumerable<string> Faults()
    {
        if (!PlainName().IsMatch(FolderName)) yield return $"the validation folder is \"{FolderName}\", but must be a plain name without a path";
    }

    [GeneratedRegex(@"^[^/\\:*?""<>|]*[^/\\:*?""<>|. ]$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
