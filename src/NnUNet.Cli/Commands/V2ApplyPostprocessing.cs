using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Commands;

/// <summary>Applies a postprocessing of nnU-Net v2 to a folder of segmentations.</summary>
[CatalogName("nnUNetv2_apply_postprocessing")]
internal sealed class V2ApplyPostprocessing : CommandDefinition
{
    private readonly Option<string?> _input = Values.Text(["-i"], "FOLDER", "The segmentations.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "Gets the postprocessed segmentations.", required: true);
    private readonly Option<string?> _file = Values.Text(["-pp_pkl_file"], "FILE", "The postprocessing.pkl, or the postprocessing.json beside it, which says the same. A pickle is read without running anything of it.", required: true);
    private readonly Option<int?> _threads = Values.Integer(["-np"], "Cases at a time. As many as cores and memory allow unless given.", least: 1);
    private readonly Option<string?> _plans = Values.Text(["-plans_json"], "FILE", "Not needed here: the formats of the files are known by their endings.");
    private readonly Option<string?> _dataset = Values.Text(["-dataset_json"], "FILE", "The dataset.json with the ending of the segmentations. Unless given, that in the folder of the segmentations.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Remove from segmentations what a postprocessing of nnU-Net v2 says.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _output, _file, _threads, _plans, _dataset];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_input, _output, _file, _threads, _plans, _dataset];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_apply_postprocessing -i predicted -o final -pp_pkl_file postprocessing.pkl"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        (string input, string output) = (call.Get(_input)!, call.Get(_output)!);
        ResultPostprocessing postprocessing = ResultPostprocessing.Read(call.Get(_file)!);
        ResultLabels labels = ResultLabels.Read(call.Get(_dataset) ?? input);
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("postprocessing", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        SegmentationLoop loop = new(call.Get(_threads) ?? 0, 0, progress, call.Cancel);
        int count = postprocessing.ApplyTo(input, output, labels.FileEnding, loop);
        call.Print($"{count} segmentations: {postprocessing.Text}");
        call.Print($"Written: {Path.GetFullPath(output)}");
        return CommandLine.Done;
    }
}
