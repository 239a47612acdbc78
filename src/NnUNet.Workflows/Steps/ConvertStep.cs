using NnUNet.Core;
using NnUNet.Core.Datasets;

namespace NnUNet.Workflows.Steps;

/// <summary>Brings a Decathlon task into the raw folder, once.</summary>
internal sealed class ConvertStep(string folder, Workspace workspace) : RunStep
{
    private readonly string _output = workspace.RawTask(DecathlonConverter.TaskOf(folder));

    public override WholeRunStep Kind => WholeRunStep.Convert;

    // A conversion appears as a whole or not at all.
    public override StepOutlook Look() => Directory.Exists(_output) ? Outlook(true, $"{_output} is there") : Outlook(false, $"{folder} to {_output}");

    public override string LookAhead() => "";

    public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel) =>
        DecathlonConverter.Convert(folder, null, workspace, progress: Forward<ConversionProgress>(progress, p => new WholeRunProgress(outlook) { Conversion = p }), cancel: cancel);
}
