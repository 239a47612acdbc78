using NnUNet.Core.Datasets;

namespace NnUNet.Cli.Documents;

/// <summary>What the verification of data sets found: <c>nnunet/verify/1</c>.</summary>
/// <param name="Tasks">A report for each task.</param>
internal sealed record VerificationDocument(IReadOnlyList<VerifiedTask> Tasks)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/verify/1";

    /// <summary>Reports as a document.</summary>
    public static VerificationDocument Of(IReadOnlyList<DatasetReport> reports) => new([.. reports.Select(static r => new VerifiedTask(r.Dataset, r.Cases, r.Faults, r.Warnings))]);
}

/// <summary>A task that was verified.</summary>
internal sealed record VerifiedTask(string Task, int Cases, IReadOnlyList<DatasetFault> Faults, IReadOnlyList<DatasetFault> Warnings);
