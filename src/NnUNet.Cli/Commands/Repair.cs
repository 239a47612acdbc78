using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Repair;
using NnUNet.Foundation;
using NnUNet.Pictures.Overlays;

namespace NnUNet.Cli.Commands;

/// <summary>Mends a data set into a copy.</summary>
[CatalogName("repair")]
internal sealed class Repair : CommandDefinition
{
    private readonly Argument<string> _task = Values.Argument("TASK", "The task, by number or full name: 4 or Task004_Hippocampus.");
    private readonly Option<string?> _to = Values.Text(["-o", "--to"], "TASK", "The copy's number or full name. The copy of an earlier call, else the next free number from 100 on, unless given.");
    private readonly Option<string[]> _map = Values.Texts(["--map"], "VALUE:LABEL", "Which label a value of the segmentations is, such as 255:1. Values that are not declared are never guessed.");
    private readonly Option<bool> _trustSize = Values.Flag(["--trust-size"], "Segmentations of their image's size lie on it voxel by voxel, whatever their headers say: for headers that a program has lost.");
    private readonly Option<bool> _dryRun = Values.Flag(["--dry-run"], "Tell the same, and write nothing.");
    private readonly Option<int?> _threads = Values.Integer(["--threads"], "Cases at a time. The machine's cores unless given.", least: 1);
    private readonly JsonOption _json = new(RepairDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Mend a data set into a copy, as far as nothing must be guessed, and name what looks odd.";

    /// <inheritdoc/>
    public override string Details =>
        "Copies geometry that differs by rounding from images to segmentations, resamples segmentations to their images, rounds labels, cleans names, sets surplus files aside and lists in dataset.json what is there. "
        + "Images with other spacing or intensities, exchanged sides, and the same image twice are named, with pictures. The task is never touched; the reports lie in the copy's folder repair. Exits with 1 where faults are left.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_task, _to, _map, _trustSize, _dryRun, _threads, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet repair 120 --dry-run", "nnunet repair 120 -o 121 --map 255:1"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        DatasetRepairOptions options = new()
        {
            To = call.Get(_to),
            Map = Map(call.Get(_map) ?? []),
            TrustSize = call.Get(_trustSize),
            DryRun = call.Get(_dryRun),
            Threads = call.Get(_threads) ?? 0,
        };
        RepairReport report;
        using (ProgressPrinter<VerificationProgress> progress = call.Progress<VerificationProgress>(options.DryRun ? "looking" : "mending", static p => new Step(p.CaseId, p.Done, p.Total)))
        {
            report = DatasetRepair.Run(call.Workspace, call.Get(_task), options, FindingPictures.Draw, progress, call.Cancel);
        }

        call.Tell(RepairDocument.Of(report));
        foreach (RepairNote note in report.Mended) call.Print($"{(report.DryRun ? "would mend" : "mended")} ({note.Kind}): {note.Where}: {note.What}");
        foreach (RepairNote note in report.SetAside) call.Print($"{(report.DryRun ? "would set aside" : "set aside")}: {note.Where}: {note.What}");
        foreach (RepairFinding finding in report.Findings) call.Print($"look at ({finding.Kind}): {finding.Where}: {finding.What}");
        call.Warn(report.Warnings.Select(static w => $"{w}."));
        foreach (DatasetFault fault in report.Left) call.Refuse($"{fault}.");
        string kept = report.Kept > 0 ? $", {report.Kept} of them from an earlier call" : "";
        call.Print($"{report.Task}: {report.Mended.Count} mended, {report.SetAside.Count} set aside, {report.Findings.Count} to look at, {report.Left.Count} left");
        call.Print(report.DryRun ? $"Nothing was written; the copy would be {report.Folder}" : $"Written: {report.Folder} ({report.Cases} training and {report.TestCases} test cases{kept}; reports in its folder {RepairReport.FolderName})");
        return report.Left.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static SortedDictionary<int, int> Map(string[] given)
    {
        SortedDictionary<int, int> map = [];
        foreach (string one in given)
        {
            if (one.Split(':') is not [var from, var to] || !TryParse(from, out int value) || !TryParse(to, out int label))
            {
                throw new UsageException($"--map is \"{one}\", but must be VALUE:LABEL in whole numbers, such as 255:1");
            }

            if (!map.TryAdd(value, label)) throw new UsageException($"--map gives {value} twice");
        }

        return map;
    }

    private static bool TryParse(string text, out int number) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
