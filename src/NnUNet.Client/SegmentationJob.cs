using System.Text.Json.Serialization;

namespace NnUNet.Client;

/// <summary>Where a job of the service is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>It waits.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>It is in work.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its segmentation is there.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It came to nothing.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was called off.</summary>
    [JsonStringEnumMemberName("removed")]
    Removed,
}

/// <summary>A job of the service at one moment.</summary>
public sealed record SegmentationJob
{
    /// <summary>Its number, by which it is asked for.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is.</summary>
    public required JobState State { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>In work: preprocessing, network or export; otherwise null.</summary>
    public string? Stage { get; init; }

    /// <summary>How much of the work is done, 0 to 1.</summary>
    public required double Progress { get; init; }

    /// <summary>How many jobs are before it; null where it does not wait.</summary>
    public int? Position { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the service deletes its result; null while it has not ended.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Seconds that it was in work; null while it has not ended.</summary>
    public double? Seconds { get; init; }

    /// <summary>What was odd about the image and was put right.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether nothing more happens to it.</summary>
    public bool HasEnded => State is JobState.Done or JobState.Failed or JobState.Removed;
}
