using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>What was submitted of a graph, as <c>submitted.json</c> in its folder says.</summary>
internal sealed record SubmittedJobs
{
    /// <summary>The file's name.</summary>
    public const string FileName = "submitted.json";

    /// <summary>Submissions in their order; of one part of a job the last counts.</summary>
    [JsonPropertyName("jobs")]
    public required ValueArray<SubmittedJob> Jobs { get; init; }

    /// <summary>What the last submission was asked for; null for predictions in parts.</summary>
    [JsonPropertyName("asked")]
    public AskedWork? Asked { get; init; }

    /// <summary>Reads the record of a folder; an empty one where there is none.</summary>
    /// <exception cref="DescribedException">The file cannot be read.</exception>
    internal static SubmittedJobs In(string folder) =>
        Path.Combine(folder, FileName) is var path && File.Exists(path) ? ProductJson.Read<SubmittedJobs>(path) : new SubmittedJobs { Jobs = [] };

    /// <summary>The last submission of a part of a job; null where there was none.</summary>
    internal SubmittedJob? Last(string job, int? element) => Jobs.LastOrDefault(s => s.Job == job && (element is null || s.Elements.Contains(element.Value)));

    /// <summary>The record with one more submission, without those of which nothing counts any more.</summary>
    internal SubmittedJobs With(SubmittedJob submitted)
    {
        SubmittedJobs all = this with { Jobs = [.. Jobs, submitted] };
        return all with { Jobs = [.. all.Jobs.Where(s => s.Elements.Count == 0 ? all.Last(s.Job, null) == s : s.Elements.Any(e => all.Last(s.Job, e) == s))] };
    }
}

/// <summary>One submission.</summary>
internal sealed record SubmittedJob
{
    /// <summary>The job's name in the graph.</summary>
    [JsonPropertyName("job")]
    public required string Job { get; init; }

    /// <summary>The number that Slurm gave.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The elements of the array; none where the job is none.</summary>
    [JsonPropertyName("elements")]
    public ValueArray<int> Elements { get; init; } = [];

    /// <summary>The numbers of the jobs and elements that it waits for.</summary>
    [JsonPropertyName("after")]
    public ValueArray<string> After { get; init; } = [];

    /// <summary>The numbers that were taken out of the queue for it: they waited for something that failed, or that is submitted anew.</summary>
    [JsonIgnore]
    public ValueArray<string> Replaced { get; init; } = [];
}
