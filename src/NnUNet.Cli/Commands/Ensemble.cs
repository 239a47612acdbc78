using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Cases;
using NnUNet.Core.Ensembling;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Merges the predictions of several models.</summary>
[CatalogName("nnUNet_ensemble")]
internal sealed class Ensemble : CommandDefinition
{
    private readonly Option<string[]> _folders = Values.Texts(["-f", "--folders"], "FOLDER", "The folders to merge, each written by nnUNet_predict -z (of this program or of the Python nnU-Net).", required: true);
    private readonly Option<string?> _output = Values.Text(["-o", "--output_folder"], "FOLDER", "Gets one segmentation a case.", required: true);
    private readonly Option<string?> _postprocessing = Values.Text(
        ["-pp", "--postprocessing_file"], "FILE", "The postprocessing.json of the ensemble; the merged segmentations then go to not_postprocessed in the output folder, the postprocessed ones to the output folder. Nothing is removed without it.");
    private readonly Option<string?> _ending = Values.Text(["--ending"], "ENDING", "The segmentations' ending, which chooses their format, such as .nii.gz, .nii or .hdr (a pair). Unless given, that of the segmentations in the output folder, or else beside the probabilities of the first folder, or .nii.gz.");
    private readonly Option<int?> _threads = Values.Integer(["-t", "--threads"], "Cases merged at a time.", 2, least: 1);
    private readonly Option<bool> _probabilities = Values.Flag(["--npz"], "Write the mean probabilities too (CASE.npz, .json, .pkl).");

    private readonly Option<bool> _overwrite = Values.Flag(["--overwrite_existing"], "Merge all cases again, also those that were merged from the same probabilities.");
    private readonly Option<bool> _recheck = Values.Flag(["--recheck"], "Compare probabilities, images and segmentations with their records by content (checksums), even where size and time of the last change are the same.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Merge the predictions of several models into one segmentation a case.";

    /// <inheritdoc/>
    public override string Details =>
        "The mean of the probabilities decides. nnUNet_find_best_configuration prints the whole command for the ensemble that it recommends. "
        + "A repeated call merges what is missing, or was made from other probabilities. By the folder provenance beside them, probabilities of different images, or of an image that has changed since, are refused by name. "
        + "Segmentations of unknown origin in the output folder go to its folder replaced.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_folders, _output, _postprocessing, _threads, _probabilities, _overwrite, _recheck, _ending];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_folders, _output, _threads, _postprocessing, _probabilities];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_ensemble -f predicted_2d predicted_3d_fullres -o merged -pp postprocessing.json"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        EnsembleOptions options = new()
        {
            PostprocessingFile = call.Get(_postprocessing),
            SaveProbabilities = call.Get(_probabilities),
            Ending = call.Get(_ending),
            Overwrite = call.Get(_overwrite),
            Recheck = call.Get(_recheck),
            Threads = call.Get(_threads)!.Value,
        };
        if (options.Ending is { } ending && ResultEnding.Fault(ending) is { } fault) throw new UsageException(fault);

        string[] folders = call.Get(_folders);
        string output = call.Get(_output)!;
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("merging", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        EnsembleReport report = FolderEnsemble.Merge(folders, output, options, progress, call.Cancel);
        if (options.PostprocessingFile is { } file) call.Print(PostprocessingText.Decision(PostprocessingDecision.Read(file)));
        else call.Warn("no postprocessing was given (-pp), so nothing was removed");
        if (report.WithoutRecord.Count > 0) call.Warn($"{report.WithoutRecord.Count} of {report.Cases.Count} cases have probabilities without a record of how they were made (such as those of the Python nnU-Net), which were taken as they are; the first is {report.WithoutRecord[0]}");
        if (report.Replaced.Count > 0) call.Warn($"segmentations of unknown origin of {report.Replaced.Count} cases were here, which are in the folder {FolderEnsemble.ReplacedFolderName} now; the first is {report.Replaced[0]}");
        string skipped = report.Skipped.Count > 0 ? $", {report.Skipped.Count} were there already" : "";
        call.Print($"{report.Cases.Count - report.Skipped.Count} cases of {folders.Length} folders merged{skipped}");
        call.Print($"Written: {Path.GetFullPath(output)}");
        return CommandLine.Done;
    }
}
