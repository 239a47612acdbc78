using NnUNet.Core;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>What the user asks of <c>nnunet submit predict</c>.</summary>
internal sealed record PredictionOptions
{
    /// <summary>The three folders.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>The task's number or full name.</summary>
    public required string Task { get; init; }

    /// <summary>The images.</summary>
    public required string Input { get; init; }

    /// <summary>Gets the segmentations.</summary>
    public required string Output { get; init; }

    /// <summary>Into how many parts the images are divided, each a job of its own.</summary>
    /// <value>1.</value>
    public int Parts { get; init; } = 1;

    /// <summary>The other words of <c>nnUNet_predict</c>: the model and how it segments.</summary>
    /// <value>None.</value>
    public ValueArray<string> Words { get; init; } = [];

    /// <summary>What the jobs ask of the cluster.</summary>
    public required JobResources Resources { get; init; }

    /// <summary>How the jobs call this program.</summary>
    public required ProgramCall Program { get; init; }

    /// <summary>What is wrong with the options themselves, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Parts < 1) yield return $"there are {Parts} parts, but must be at least 1";
        if (!Directory.Exists(Input)) yield return $"there is no input folder {Input}";
        if (Resources.IsDistributed) yield return "images are segmented by processes that know nothing of each other: give parts, not nodes or ranks";
        string[] folders = [Workspace.Raw, Workspace.Preprocessed, Workspace.Results, Input, Output];
        foreach (string fault in Resources.Faults().Concat(SubmitOptions.PathFaults(Resources, Program, folders))) yield return fault;
    }
}
