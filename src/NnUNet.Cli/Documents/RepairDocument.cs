using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Repair;

namespace NnUNet.Cli.Documents;

/// <summary>What a repair did, and what it left: <c>nnunet/repair/1</c>.</summary>
internal sealed record RepairDocument(
    string Task,
    string Copy,
    string Folder,
    bool DryRun,
    int Cases,
    int TestCases,
    int Kept,
    IReadOnlyList<RepairNote> Mended,
    IReadOnlyList<RepairNote> SetAside,
    IReadOnlyList<DatasetFault> Left,
    IReadOnlyList<DatasetFault> Warnings,
    IReadOnlyList<RepairFinding> Findings)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/repair/1";

    /// <summary>A report as a document.</summary>
    public static RepairDocument Of(RepairReport report) => new(
        report.Task, report.Copy, report.Folder, report.DryRun, report.Cases, report.TestCases, report.Kept, report.Mended, report.SetAside, report.Left, report.Warnings, report.Findings);
}
