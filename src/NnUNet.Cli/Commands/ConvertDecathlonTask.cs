using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Converts a task of the Medical Segmentation Decathlon.</summary>
[CatalogName("nnUNet_convert_decathlon_task")]
internal sealed class ConvertDecathlonTask : CommandDefinition
{
    private readonly Option<string?> _input = Values.Text(["-i"], "FOLDER", "The task as it was downloaded: TaskXX_NAME with dataset.json, imagesTr, labelsTr and imagesTs.", required: true);
    private readonly Option<int?> _threads = Values.Integer(["-p"], "Images converted at a time. The machine's cores unless nnUNet_def_n_proc says otherwise.", least: 1);
    private readonly Option<int?> _taskId = Values.Integer(["-output_task_id"], "Number of the converted task. The input's number unless given.", least: 0, value: "ID");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Convert a task of the Medical Segmentation Decathlon into the raw folder.";

    /// <inheritdoc/>
    public override string Details =>
        "Splits 4D images into one 3D image a channel (CASE_0000.nii.gz, CASE_0001.nii.gz, …) and gives the task a three-digit number. The input stays as it is.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _threads, _taskId];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_input, _threads, _taskId];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_convert_decathlon_task -i Downloads/Task04_Hippocampus"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        using ProgressPrinter<ConversionProgress> progress = call.Progress<ConversionProgress>("converting", static p => new Step(p.File, p.Done, p.Total));
        string task = DecathlonConverter.Convert(call.Get(_input)!, call.Get(_taskId), call.Workspace, call.Get(_threads) ?? 0, progress, call.Cancel);
        call.Print($"{task}: {call.Workspace.RawTask(task)}");
        return CommandLine.Done;
    }
}
