using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>One thing that was mended or set aside.</summary>
/// <param name="Kind">The mend that did it, by its name, such as <c>header</c>.</param>
/// <param name="Where">The file or case relative to the task.</param>
/// <param name="What">What was done, and why.</param>
public sealed record RepairNote(
    [property: JsonPropertyName("kind")] string Kind, [property: JsonPropertyName("where")] string Where, [property: JsonPropertyName("what")] string What);

/// <summary>Something that looks odd, and is named only.</summary>
/// <param name="Kind">The check that found it, by its name, such as <c>orientation</c>.</param>
/// <param name="Where">The file or case relative to the copy.</param>
/// <param name="What">What is odd about it.</param>
/// <param name="Picture">A picture of it, relative to the copy; null where none was drawn.</param>
public sealed record RepairFinding(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("where")] string Where,
    [property: JsonPropertyName("what")] string What,
    [property: JsonPropertyName("picture")] string? Picture);

/// <summary>What a repair did, and what it left.</summary>
public sealed record RepairReport
{
    /// <summary>The folder of the reports in the copy.</summary>
    public const string FolderName = "repair";

    /// <summary>The task, by its full name.</summary>
    [JsonPropertyName("task")]
    public required string Task { get; init; }

    /// <summary>The copy, by its full name.</summary>
    [JsonPropertyName("copy")]
    public required string Copy { get; init; }

    /// <summary>The copy's folder.</summary>
    /// <value>Not told in files, which lie there.</value>
    [JsonIgnore]
    public string Folder { get; init; } = "";

    /// <summary>Whether nothing was written.</summary>
    [JsonPropertyName("dry_run")]
    public required bool DryRun { get; init; }

    /// <summary>Training cases of the copy.</summary>
    [JsonPropertyName("cases")]
    public required int Cases { get; init; }

    /// <summary>Test cases of the copy.</summary>
    [JsonPropertyName("test_cases")]
    public required int TestCases { get; init; }

    /// <summary>Cases of both that an earlier call had made and that are current.</summary>
    /// <value>0.</value>
    [JsonIgnore]
    public int Kept { get; init; }

    /// <summary>What was mended.</summary>
    [JsonPropertyName("mended")]
    public required ValueArray<RepairNote> Mended { get; init; }

    /// <summary>Files of the task that the copy does not have.</summary>
    [JsonPropertyName("set_aside")]
    public required ValueArray<RepairNote> SetAside { get; init; }

    /// <summary>Faults that nobody can mend without guessing.</summary>
    [JsonPropertyName("left")]
    public required ValueArray<DatasetFault> Left { get; init; }

    /// <summary>What is allowed but rarely intended, as the verification tells it.</summary>
    [JsonPropertyName("warnings")]
    public required ValueArray<DatasetFault> Warnings { get; init; }

    /// <summary>What looks odd.</summary>
    [JsonPropertyName("findings")]
    public required ValueArray<RepairFinding> Findings { get; init; }

    /// <summary>The report as text.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Task}: {Cases} training and {TestCases} test cases {(DryRun ? "would go into" : "are in")} {Copy}\n");
        Part(text, DryRun ? "Would be mended" : "Mended", Mended.Select(static n => $"{n.Kind}: {n.Where}: {n.What}"));
        Part(text, DryRun ? "Would be set aside" : "Set aside (not in the copy)", SetAside.Select(static n => $"{n.Where}: {n.What}"));
        Part(text, "Left as it is: to be corrected by you", Left.Select(static f => f.ToString()));
        Part(text, "Look at", Findings.Select(static f => $"{f.Kind}: {f.Where}: {f.What}{(f.Picture is null ? "" : $" ({f.Picture})")}"));
        Part(text, "Warnings", Warnings.Select(static f => f.ToString()));
        return text.ToString();
    }

    private static void Part(StringBuilder text, string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        text.Append(CultureInfo.InvariantCulture, $"\n{title}: {(all.Length == 0 ? "nothing" : all.Length)}\n");
        foreach (string line in all) text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
    }
}
