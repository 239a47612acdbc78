using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Datasets;

namespace NnUNet.Cli.Commands;

/// <summary>Makes a raw data set of nnU-Net v2 of a task of the Medical Segmentation Decathlon.</summary>
[CatalogName("nnUNetv2_convert_MSD_dataset")]
internal sealed class V2ConvertMsdDataset : CommandDefinition
{
    private readonly Option<string?> _input = Values.Text(["-i"], "FOLDER", "The task as it was downloaded, such as Task04_Hippocampus.", required: true);
    private readonly Option<int?> _id = Values.Integer(["-overwrite_id"], "The number of the data set. That of the task unless given.", least: 1);
    private readonly Option<int?> _threads = Values.Integer(["-np"], "Images at a time. As many as cores and memory allow unless given.", least: 1);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Bring a Medical Segmentation Decathlon task into the raw folder of nnU-Net v2.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _id, _threads];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_input, _id, _threads];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_convert_MSD_dataset -i Downloads/Task04_Hippocampus"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        using ProgressPrinter<ConversionProgress> progress = call.Progress<ConversionProgress>("converting", static p => new Step(p.File, p.Done, p.Total));
        call.Print($"Written: {DatasetConversion.OfDecathlon(call.Get(_input)!, call.Get(_id), call.Version2Workspace, call.Get(_threads) ?? 0, progress, call.Cancel)}");
        return CommandLine.Done;
    }
}
