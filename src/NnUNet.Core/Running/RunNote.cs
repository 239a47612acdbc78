using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Running;

/// <summary>What a command that runs says about itself: <c>RESULTS/running/HOST-PID.json</c>.</summary>
internal sealed record RunNote
{
    /// <summary>The command's name, such as nnUNet_predict.</summary>
    [JsonPropertyName("command")]
    public required string Command { get; init; }

    /// <summary>The words after the command as they were typed.</summary>
    [JsonPropertyName("arguments")]
    public ValueArray<string> Arguments { get; init; }

    /// <summary>The machine.</summary>
    [JsonPropertyName("host")]
    public required string Host { get; init; }

    /// <summary>The number of the process.</summary>
    [JsonPropertyName("process")]
    public required int Process { get; init; }

    /// <summary>When the command began.</summary>
    [JsonPropertyName("started")]
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the note was written.</summary>
    [JsonPropertyName("updated")]
    public DateTimeOffset Updated { get; init; }

    /// <summary>Where it writes; null where the command line does not say.</summary>
    [JsonPropertyName("output")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Output { get; init; }

    /// <summary>How far it is.</summary>
    [JsonPropertyName("step")]
    public required RunStep Step { get; init; }
}

/// <summary>How far a command is with what it does now.</summary>
internal sealed record RunStep
{
    /// <summary>What is done, such as "predicting".</summary>
    [JsonPropertyName("title")]
    public required string Title { get; init; }

    /// <summary>The case or file in work; may be empty.</summary>
    [JsonPropertyName("item")]
    public string Item { get; init; } = "";

    /// <summary>Where in the item the work is; may be empty.</summary>
    [JsonPropertyName("detail")]
    public string Detail { get; init; } = "";

    /// <summary>What is finished.</summary>
    [JsonPropertyName("done")]
    public long Done { get; init; }

    /// <summary>What there is in all; 0 where nobody knows.</summary>
    [JsonPropertyName("total")]
    public long Total { get; init; }

    /// <summary>How much is done, 0 to 1, parts of the item in work included.</summary>
    [JsonPropertyName("share")]
    public double Share { get; init; }

    /// <summary>Seconds that are left; null where there is no estimate.</summary>
    [JsonPropertyName("remaining")]
    public double? Remaining { get; init; }
}
