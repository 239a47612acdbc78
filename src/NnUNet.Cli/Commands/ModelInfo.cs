using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Commands;

/// <summary>Shows what a model is, what it needs and how long it takes here.</summary>
[CatalogName("model_info")]
internal sealed class ModelInfo : CommandDefinition
{
    private readonly Argument<string> _model = Values.Argument("MODEL", "The model's folder: TRAINER__PLANS, of this program or of the Python nnU-Net v1, or TRAINER__PLANS__CONFIGURATION of its v2.");
    private readonly Option<string?> _network = Values.Text(["--network"], "NAME|FILE", "As for nnUNet_predict.");
    private readonly Option<bool> _filesOnly = Values.Flag(["--files_only"], "Do not load libtorch and time the network.");
    private readonly JsonOption _json = new(ModelDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Tell what a model is: trainer, plan, channels, labels, folds, sizes, and the memory and time it needs here.";

    /// <inheritdoc/>
    public override string Details =>
        "Memory and time are rough: a tile is computed on this machine, up to three times within some seconds, and the fastest time is multiplied by the tiles of a case of the median size, the mirrorings and the folds. "
        + "Reading, preprocessing and export come on top.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_model, _network, _filesOnly, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet model_info results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => true;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        ModelFolder model = ModelFolder.Open(call.Get(_model), call.Get(_network));
        call.Warn(model.Warnings);
        string task = Path.GetFileName(Path.GetDirectoryName(model.Path)) ?? "";
        ModelFacts facts = ModelFacts.Of(model, Path.Combine(call.Workspace.PreprocessedTask(task), DatasetDescription.FileName));
        call.Print(model.Path);
        Row(call, "generation", facts.Generation);
        Row(call, "trainer", facts.Trainer);
        Row(call, "plans", model.Plan is null ? facts.Plans : $"{facts.Plans}, stage {model.Stage}");
        if (facts.Configuration is { } configuration) Row(call, "configuration", configuration);
        Row(call, "network", $"{model.Network.Name}, mirrored along {(model.Network.MirrorAxes.Count == 0 ? "no axis" : $"axes {string.Join(", ", model.Network.MirrorAxes)}")}");
        foreach ((int number, string channel) in facts.Channels.Index()) Row(call, number == 0 ? "channels" : "", string.Create(CultureInfo.InvariantCulture, $"_{number:0000} {channel}"));
        Row(call, "labels", string.Join(", ", facts.Labels));
        foreach ((int number, string region) in facts.Regions.Index()) Row(call, number == 0 ? "regions" : "", region);
        Row(call, "patch", $"{Product(facts.Patch)} voxels ({(facts.Patch.Count == 3 ? "z, y, x" : "y, x")})");
        Row(call, "spacing", $"{string.Join(" x ", facts.Spacing.Select(static s => s.ToString("0.###", CultureInfo.InvariantCulture)))} mm (z, y, x)");
        Row(call, "median size", $"{Product(facts.MedianSize)} voxels (z, y, x)");
        foreach (FoldFacts fold in facts.Folds) Row(call, $"fold {fold.Name}", $"{(fold.Checkpoints.Count == 0 ? "no checkpoint" : string.Join(", ", fold.Checkpoints))} ({Sizes.Text(fold.Bytes)})");
        Row(call, "postprocessing", facts.HasPostprocessing ? "postprocessing.json" : "none");
        Row(call, "licence", facts.Licence ?? "not stated");
        ModelDocument document = new(model.Path, facts, model.Plan is null ? null : model.Stage, model.Network.Name, [.. model.Network.MirrorAxes], Estimate: null);
        call.Tell(document);
        if (call.Get(_filesOnly)) return CommandLine.Done;

        InferenceEstimate estimate = InferenceEstimate.Measure(model, new PredictOptions { Device = DeviceChoice.Of(call) });
        PrintEstimate(call, estimate);
        call.Tell(document with { Estimate = ModelEstimate.Of(estimate) });
        return CommandLine.Done;
    }

    private static void PrintEstimate(Invocation call, InferenceEstimate estimate)
    {
        Row(call, "parameters", estimate.Parameters.ToString("N0", CultureInfo.InvariantCulture));
        string memory = estimate.TileBytes is { } tile
            ? $"about {Sizes.Text(tile + estimate.FurtherBytes)}: {Sizes.Text(tile)} seen while computing a tile, {Sizes.Text(estimate.FurtherBytes)} for image, probabilities and further folds"
            : $"about {Sizes.Text(estimate.FurtherBytes)} beside what the device needs";
        Row(call, "memory", memory);
        Row(call, "time of a case", string.Create(
            CultureInfo.InvariantCulture,
            $"about {Sizes.Text(estimate.CaseTime)}: tiles {estimate.Tiles} x mirrorings {estimate.Mirrorings} x folds {estimate.Networks} x {estimate.TileTime.TotalSeconds:0.00} s ({estimate.Precision.Name()}, the fastest of up to 3 tiles just now)"));
    }

    private static string Product(ValueArray<int> values) => string.Join(" x ", values);

    private static void Row(Invocation call, string name, string value) => call.Print($"  {name,-18} {value}");
}
