using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Commands;

/// <summary>Compares the models of a data set of nnU-Net v2 and their pairs.</summary>
[CatalogName("nnUNetv2_find_best_configuration")]
internal sealed class V2FindBestConfiguration : CommandDefinition
{
    private readonly Argument<string> _data = Values.Argument("dataset_name_or_id", "The data set, by number or full name.");
    private readonly Option<string[]> _plans = Values.Texts(["-p"], "NAME", "The plans' names. nnUNetPlans unless given.");
    private readonly Option<string[]> _configurations = Values.Texts(["-c"], "NAME", "The configurations. 2d, 3d_fullres, 3d_lowres and 3d_cascade_fullres unless given; those that the plan does not have are left out.");
    private readonly Option<string[]> _trainers = Values.Texts(["-tr"], "NAME", "The trainers. nnUNetTrainer unless given.");
    private readonly Option<int?> _threads = Values.Integer(["-np"], "Cases at a time. As many as cores and memory allow unless given.", least: 1);
    private readonly Option<int[]> _folds = Values.Integers(["-f"], "FOLD", "The folds that are pooled. 0 1 2 3 4 unless given.", least: 0);
    private readonly Option<bool> _noEnsembling = Values.Flag(["--disable_ensembling"], "Compare the models alone, no pairs of them.");
    private readonly Option<bool> _noOverwrite = Values.Flag(["--no_overwrite"], "Leave segmentations of earlier calls as they are, also where the models have changed since.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Find the best model or pair of models of nnU-Net v2 by cross-validation.";

    /// <inheritdoc/>
    public override string Details =>
        "Pools the validation of all folds, merges and scores every pair, decides about the postprocessing of the best, and prints the commands that predict with it. "
        + "Pairs need the probabilities of the validation: train with --npz. Written are inference_instructions.txt and inference_information.json in the data set's folder of results.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_data, _plans, _configurations, _trainers, _threads, _folds, _noEnsembling, _noOverwrite];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_plans, _configurations, _trainers, _threads, _folds, _noEnsembling, _noOverwrite];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_find_best_configuration 4 -c 2d 3d_fullres", "nnUNetv2_find_best_configuration 4 -c 3d_fullres -f 0 --disable_ensembling"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        Version2Workspace workspace = call.Version2Workspace;
        string dataset = workspace.DatasetName(call.Get(_data));
        BestConfigurationOptions options = new() { Ensembling = !call.Get(_noEnsembling), Overwrite = !call.Get(_noOverwrite) };
        if (call.IsGiven(_plans)) options = options with { Plans = call.Get(_plans).Distinct(StringComparer.Ordinal).ToValueArray() };
        if (call.IsGiven(_configurations)) options = options with { Configurations = call.Get(_configurations).Distinct(StringComparer.Ordinal).ToValueArray() };
        if (call.IsGiven(_trainers)) options = options with { Trainers = call.Get(_trainers).Distinct(StringComparer.Ordinal).ToValueArray() };
        if (call.IsGiven(_folds)) options = options with { Folds = call.Get(_folds).Distinct().ToValueArray() };
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("comparing", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        SegmentationLoop loop = new(call.Get(_threads) ?? 0, 0, progress, call.Cancel);
        BestResult result = BestConfiguration.Run(workspace, dataset, options, loop);
        foreach (string absent in result.Absent) call.Print(absent);
        call.Print(ResultText.Candidates(result));
        call.Print().Print(ResultText.Trials(result.Postprocessing)).Print();
        foreach (string line in result.Instructions) call.Print(line);
        call.Print().Print($"Written: {Path.Combine(workspace.Results, dataset, BestConfiguration.InstructionsName)}");
        return CommandLine.Done;
    }
}
