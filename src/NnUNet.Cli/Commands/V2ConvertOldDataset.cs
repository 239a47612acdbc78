using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Datasets;

namespace NnUNet.Cli.Commands;

/// <summary>Makes a raw data set of nnU-Net v2 of one of v1.</summary>
[CatalogName("nnUNetv2_convert_old_nnUNet_dataset")]
internal sealed class V2ConvertOldDataset : CommandDefinition
{
    private readonly Argument<string> _input = Values.Argument("input_folder", "The task's folder, with imagesTr, labelsTr and dataset.json.");
    private readonly Argument<string> _name = Values.Argument("output_dataset_name", "The name of the data set: DatasetXXX_NAME.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Copy a raw task of nnU-Net v1 as a raw data set of v2.";

    /// <inheritdoc/>
    public override string Details =>
        "The label 0 is called background in the new dataset.json, as nnU-Net v2 demands.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _name];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_convert_old_nnUNet_dataset nnUNet_raw_data/Task004_Hippocampus Dataset004_Hippocampus"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        using ProgressPrinter<ConversionProgress> progress = call.Progress<ConversionProgress>("copying", static p => new Step(p.File, p.Done, p.Total));
        call.Print($"Written: {DatasetConversion.OfVersion1(call.Get(_input), call.Get(_name), call.Version2Workspace, progress, call.Cancel)}");
        return CommandLine.Done;
    }
}
