namespace NnUNet.Foundation;

/// <summary>Several faults in one message.</summary>
internal static class FaultList
{
    private const int Most = 20;

    /// <summary>One fault as it is; several each on a line of its own.</summary>
    public static string Text(IReadOnlyList<string> faults) => faults.Count == 1
        ? faults[0]
        : $"{faults.Count} faults:\n  - " + string.Join("\n  - ", faults.Take(Most)) + (faults.Count > Most ? $"\n  - … and {faults.Count - Most} more" : "");
}
