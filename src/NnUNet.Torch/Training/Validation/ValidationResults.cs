using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

namespace NnUNet.Torch.Training.Validation;

/// <summary>The segmentations of a validation and their records: which checkpoint predicted each, of which preprocessed case, and how.</summary>
internal sealed class ValidationResults(TrainingSetup setup, SlidingWindowOptions tiles, ResultFolder results, ValidationOptions options)
{
    private readonly ResultRecords _records = new(results.Path);
    private readonly KnownFile[] _model = ModelFiles(setup.FoldPath, options);

    /// <summary>The folder.</summary>
    public string Folder => results.Path;

    /// <summary>The checkpoint that is validated, where it is on the disk.</summary>
    /// <param name="foldPath">The fold's folder.</param>
    /// <param name="options">Which one.</param>
    public static KnownFile[] ModelFiles(string foldPath, ValidationOptions options)
    {
        string stem = options.CheckpointStem;
        string own = Path.Combine(foldPath, stem + Checkpoint.Ending);
        string[] files = File.Exists(own) ? [own]
            : OtherTraining.Find(foldPath, options.Best, finalOnly: true) is { } other ? [other, .. ModelFormat.ForCheckpoint(other).FilesBeside(other)]
            : [];
        return [.. files.Where(File.Exists).Select(static file => new KnownFile(file))];
    }

    /// <summary>The probabilities' file of a segmentation.</summary>
    public static string ProbabilitiesOf(string path) => path[..^CaseName.Ending(path).Length] + ProbabilityFile.Ending;

    /// <summary>Whether all that is asked for of a case is there.</summary>
    public static bool IsThere(ImageLocation segmentation, ValidationOptions options) => segmentation.Exists && (!options.SaveProbabilities || File.Exists(ProbabilitiesOf(segmentation.Path)));

    /// <summary>Whether a checkpoint predicted a case, or nothing says who did.</summary>
    public static bool MayBeOf(KnownFile[] model, string folder, string caseId) =>
        new ResultRecords(folder).Read(caseId) is not { } made || (made.Segmentation is not null && KnownFile.Are(model, made.Model));

    /// <summary>The path of a case's segmentation.</summary>
    public string PathOf(string caseId) => results.PathOf(caseId);

    /// <summary>What the segmentation of a case is worth.</summary>
    public Standing Look(string caseId)
    {
        if (setup.NextStage?.Contains(caseId) == false) return Standing.Missing;
        string path = PathOf(caseId);
        Standing standing = _records.Look(results, caseId, OriginOf(caseId), options.SaveProbabilities ? ProbabilitiesOf(path) : null).Standing;
        return standing == Standing.Unknown && options.SaveProbabilities && !File.Exists(ProbabilitiesOf(path)) ? Standing.Missing : standing;
    }

    /// <summary>Writes the results of a case between the two parts of its record.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="write">Writes the segmentation to a path, after the probabilities to another one; null for none.</param>
    public void Write(string caseId, Action<string, string?> write)
    {
        string path = PathOf(caseId);
        string probabilities = ProbabilitiesOf(path);
        _records.Write(caseId, OriginOf(caseId), probabilities, options.SaveProbabilities, () =>
        {
            write(path, options.SaveProbabilities ? probabilities : null);
            return path;
        });
    }

    private ResultOrigin OriginOf(string caseId)
    {
        using PreprocessedCaseFile file = setup.OpenCase(caseId);
        return new ResultOrigin
        {
            MadeBy = "nnUNet_train",
            Model = _model,
            Options = new(StringComparer.Ordinal)
            {
                ["gaussian"] = tiles.Gaussian ? "yes" : "no",
                ["mirror_axes"] = tiles.MirrorAxes.ToString(),
                ["preprocessed"] = file.Properties.MadeFrom ?? "unknown",
                ["step_size"] = tiles.Step.ToString(CultureInfo.InvariantCulture),
            },
        };
    }
}
