using System.CommandLine;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Looks for faults in data sets.</summary>
[CatalogName("verify")]
internal sealed class Verify : CommandDefinition
{
    private readonly Option<string[]> _tasks = Values.Texts(["-t", "--task_ids"], "TASK", "Tasks, by number or full name: 4 or Task004_Hippocampus.", required: true);
    private readonly Option<int?> _threads = Values.Integer(["--threads"], "Cases at a time. The machine's cores unless given.", least: 1);
    private readonly JsonOption _json = new(VerificationDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Look for faults in all files of data sets, and report them together.";

    /// <inheritdoc/>
    public override string Details =>
        "What nnUNet_plan_and_preprocess --verify_dataset_integrity does first, without planning. Exits with 1 where there are faults. Tasks without faults are noted as verified, so that nnunet run need not do it again.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_tasks, _threads, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet verify -t 4", "nnunet verify -t 4 5 --json faults.json"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        using ProgressPrinter<PreprocessingProgress> progress = call.Progress<PreprocessingProgress>("", Texts.PreprocessingStepText.Of);
        IReadOnlyList<DatasetReport> reports = TaskVerification.Run(call.Workspace, call.Get(_tasks), call.Get(_threads) ?? 0, progress, call.Cancel);
        call.Tell(VerificationDocument.Of(reports));
        foreach (DatasetReport report in reports)
        {
            foreach (DatasetFault warning in report.Warnings) call.Warn($"{report.Dataset}: {warning}.");
            foreach (DatasetFault fault in report.Faults) call.Terminal.ErrorLine($"nnunet: {report.Dataset}: {fault}.");
            call.Print($"{report.Dataset}: {report.Cases} training cases, {(report.Faults.Count == 0 ? "no" : report.Faults.Count)} fault{(report.Faults.Count == 1 ? "" : "s")}");
        }

        return reports.All(static r => r.Faults.Count == 0) ? CommandLine.Done : CommandLine.Failed;
    }
}
