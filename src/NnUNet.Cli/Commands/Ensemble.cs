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

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Merge the predictions of several models into one segmentation a case.";

    /// <inheritdoc/>
    public override string Details =>
        "The mean of the probabilities decides. nnUNet_find_best_configuration prints the whole command for the ensemble that it recommends.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_folders, _output, _postprocessing, _threads, _probabilities, _ending];

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
            Threads = call.Get(_threads)!.Value,
        };
        if (options.Ending is { } ending && ResultEnding.Fault(ending) is { } fault) throw new UsageException(fault);

        string[] folders = call.Get(_folders);
        string output = call.Get(_output)!;
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("merging", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        IReadOnlyList<string> cases = FolderEnsemble.Merge(folders, output, options, progress, call.Cancel);
        if (options.PostprocessingFile is { } file) call.Print(PostprocessingText.Decision(PostprocessingDecision.Read(file)));
        else call.Warn("no postprocessing was given (-pp), so nothing was removed");
        call.Print($"{cases.Count} cases of {folders.Length} folders merged");
        call.Print($"Written: {Path.GetFullPath(output)}");
        return CommandLine.Done;
    }
}
