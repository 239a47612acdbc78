using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Commands;

/// <summary>Merges the predictions of several models of nnU-Net v2.</summary>
[CatalogName("nnUNetv2_ensemble")]
internal sealed class V2Ensemble : CommandDefinition
{
    private readonly Option<string[]> _folders = Values.Texts(["-i"], "FOLDER", "The folders to merge, each written by nnUNetv2_predict --save_probabilities (of this program or of the Python nnU-Net).", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "Gets one segmentation a case.", required: true);
    private readonly Option<int?> _threads = Values.Integer(["-np"], "Cases at a time. As many as cores and memory allow unless given.", least: 1);
    private readonly Option<bool> _probabilities = Values.Flag(["--save_npz"], "Write the mean probabilities too (CASE.npz, CASE.pkl).");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Merge the predictions of several models of nnU-Net v2 into one segmentation a case.";

    /// <inheritdoc/>
    public override string Details =>
        "The mean of the probabilities decides, by the labels in dataset.json of the first folder. That file and plans.json are copied into the output folder, so that nnUNetv2_apply_postprocessing finds them.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_folders, _output, _threads, _probabilities];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_folders, _output, _threads, _probabilities];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_ensemble -i predicted_2d predicted_3d_fullres -o merged"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string[] folders = call.Get(_folders);
        string output = call.Get(_output)!;
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("merging", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        SegmentationLoop loop = new(call.Get(_threads) ?? 0, 0, progress, call.Cancel);
        IReadOnlyList<string> cases = ProbabilityEnsemble.Merge(folders, output, call.Get(_probabilities), loop);
        call.Print($"{cases.Count} cases of {folders.Length} folders merged");
        call.Print($"Written: {Path.GetFullPath(output)}");
        return CommandLine.Done;
    }
}
