namespace NnUNet.Core.Datasets;

/// <summary>What a verification found: faults that must be corrected, and warnings.</summary>
/// <param name="Dataset">The data set: the task's name.</param>
/// <param name="Cases">Number of training cases that were verified.</param>
/// <param name="Faults">What must be corrected, in the order: description, files, cases.</param>
/// <param name="Warnings">What is allowed but rarely intended.</param>
public sealed record DatasetReport(string Dataset, int Cases, IReadOnlyList<DatasetFault> Faults, IReadOnlyList<DatasetFault> Warnings)
{
    /// <summary>Throws where there are faults.</summary>
    /// <exception cref="DatasetException">All faults.</exception>
    public void ThrowIfFaulty()
    {
        if (Faults.Count > 0) throw new DatasetException(Dataset, Faults);
    }

    /// <summary>The report as text: one line per fault and per warning, or one line that says that all is well.</summary>
    public override string ToString()
    {
        IEnumerable<string> lines = Faults.Select(f => $"{Dataset}: {f}.").Concat(Warnings.Select(w => $"{Dataset}: warning: {w}."));
        string[] text = [.. lines];
        return text.Length > 0 ? string.Join('\n', text) : $"{Dataset}: {Cases} training cases, no faults.";
    }
}

/// <summary>How far a verification is.</summary>
/// <param name="CaseId">The case that is done; empty at the beginning.</param>
/// <param name="Done">Cases that are done.</param>
/// <param name="Total">Cases in all, test cases included.</param>
public readonly record struct VerificationProgress(string CaseId, int Done, int Total);
