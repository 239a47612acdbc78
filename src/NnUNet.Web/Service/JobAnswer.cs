using System.Text.Json.Serialization;
using NnUNet.Torch.Inference;
using NnUNet.Web.Service.Jobs;

namespace NnUNet.Web.Service;

/// <summary>What callers are told of a job.</summary>
internal sealed record JobAnswer
{
    /// <summary>Its number.</summary>
    public required string Id { get; init; }

    /// <summary>queued, running, done or failed.</summary>
    public required string State { get; init; }

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

    /// <summary>When its result is deleted; null while it has not ended.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Seconds that it was in work; null while it has not ended.</summary>
    public double? Seconds { get; init; }

    /// <summary>What was odd about the image and was put right.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Problem { get; init; }

    /// <summary>Where there is more.</summary>
    public required JobLinks Links { get; init; }

    /// <summary>A job as it is now.</summary>
    public static JobAnswer Of(JobStore store, Job job)
    {
        JobView view = job.Look();
        JobRecord record = view.Record;
        string address = SegmentationCalls.AddressOf(record.Id);
        bool isDone = view.State == JobState.Done;
        return new JobAnswer
        {
            Id = record.Id,
            State = view.State switch { JobState.Queued => "queued", JobState.Running => "running", JobState.Done => "done", JobState.Failed => "failed", _ => "removed" },
            Model = record.Model,
            Stage = view.State != JobState.Running ? null : view.Stage switch { PredictStage.Network => "network", PredictStage.Export => "export", _ => "preprocessing" },
            Progress = Math.Round(view.Share, 4),
            Position = store.PositionOf(job),
            AcceptedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.AcceptedAt),
            EndedAt = record.EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
            ExpiresAt = store.ExpiryOf(record) is { } expiry ? DateTimeOffset.FromUnixTimeMilliseconds(expiry) : null,
            Seconds = record.EndedAt is null ? null : record.Seconds,
            Warnings = [.. record.Warnings],
            Problem = record.Fault,
            Links = new JobLinks(address, $"{address}/events", isDone ? $"{address}/result" : null, isDone ? $"{address}/statistics" : null, isDone && record.Options.Probabilities ? $"{address}/probabilities" : null),
        };
    }
}

/// <summary>Addresses of a job.</summary>
/// <param name="Self">The job.</param>
/// <param name="Events">Its progress as Server-Sent Events.</param>
/// <param name="Result">The segmentation; null while there is none.</param>
/// <param name="Statistics">The labels' volumes; null while there is no segmentation.</param>
/// <param name="Probabilities">The probabilities; null where they were not asked for.</param>
internal sealed record JobLinks(string Self, string Events, string? Result, string? Statistics, string? Probabilities);

/// <summary>The volumes of a segmentation's labels.</summary>
/// <param name="Id">The job.</param>
/// <param name="Labels">The labels.</param>
internal sealed record StatisticsAnswer(string Id, IReadOnlyList<LabelAnswer> Labels);

/// <summary>How much of an image has a label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Name">Its name; empty where it is not known.</param>
/// <param name="Voxels">Its voxels.</param>
/// <param name="VolumeMl">Their volume in millilitres; null for an image of two axes.</param>
internal sealed record LabelAnswer(int Label, string Name, long Voxels, [property: JsonPropertyName("volume_ml")] double VolumeMl);
