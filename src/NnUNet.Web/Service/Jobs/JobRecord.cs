using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Web.Service.Jobs;

/// <summary>A job as its file tells it, by which a service that starts again continues. Neither names of files nor anything of the images is in it.</summary>
internal sealed record JobRecord
{
    /// <summary>Its number: 32 hexadecimal digits, drawn at random.</summary>
    public required string Id { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Whose it is, as a hash.</summary>
    public required string Client { get; init; }

    /// <summary>What was chosen.</summary>
    public required JobOptions Options { get; init; }

    /// <summary>When it was accepted, in milliseconds since 1970.</summary>
    public required long AcceptedAt { get; init; }

    /// <summary>The channels' files or folders within its folder, in their order.</summary>
    public required ValueArray<string> Channels { get; init; }

    /// <summary>The segmentation of a cascade's first stage within its folder; null for none.</summary>
    public string? PreviousStage { get; init; }

    /// <summary>How often it was begun.</summary>
    /// <value>0.</value>
    public int Attempts { get; init; }

    /// <summary>When it ended, in milliseconds since 1970; null while it has not.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Seconds that it was in work.</summary>
    public double Seconds { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Fault { get; init; }

    /// <summary>What was odd about its images and was put right.</summary>
    /// <value>Nothing.</value>
    public ValueArray<string> Warnings { get; init; } = [];

    /// <summary>What came of it; null while nothing has.</summary>
    public JobResult? Result { get; init; }
}

/// <summary>The result of a job.</summary>
/// <param name="File">The segmentation's file within the result's folder.</param>
/// <param name="Geometry">Where its voxels lie, exactly.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record JobResult(string File, ImageGeometry Geometry, ValueArray<LabelVolume> Labels);

/// <summary>How much of an image has a label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Name">Its name; empty where it is not known.</param>
/// <param name="Voxels">Its voxels.</param>
/// <param name="Millilitres">Their volume; not a number for an image of two axes.</param>
internal sealed record LabelVolume(int Label, string Name, long Voxels, double Millilitres);
