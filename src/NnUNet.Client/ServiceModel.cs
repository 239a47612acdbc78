namespace NnUNet.Client;

/// <summary>A model of the service.</summary>
public sealed record ServiceModel
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of model: v1 or v2.</summary>
    public required string Version { get; init; }

    /// <summary>The trainer's class; empty where it is not known.</summary>
    public required string Trainer { get; init; }

    /// <summary>The folds that there are.</summary>
    public required IReadOnlyList<string> Folds { get; init; }

    /// <summary>The channels in their order.</summary>
    public required IReadOnlyList<ModelChannel> Channels { get; init; }

    /// <summary>The labels that segmentations have, without the background.</summary>
    public required IReadOnlyList<ModelLabel> Labels { get; init; }

    /// <summary>The spacing (z, y, x) in millimetres at which the network works.</summary>
    public required IReadOnlyList<double> Spacing { get; init; }

    /// <summary>The tile in which the network sees images; two values for networks of slices.</summary>
    public required IReadOnlyList<int> Tile { get; init; }

    /// <summary>Whether the segmentation by a cascade's first stage has to be sent, too.</summary>
    public required bool NeedsPreviousStage { get; init; }

    /// <summary>Whether segmentations are postprocessed.</summary>
    public required bool HasPostprocessing { get; init; }

    /// <summary>Whether its networks are in the service's memory now.</summary>
    public required bool IsLoaded { get; init; }

    /// <summary>What a segmentation takes.</summary>
    public required ModelEstimate Estimate { get; init; }
}

/// <summary>A channel of a model's images.</summary>
/// <param name="Channel">Its number.</param>
/// <param name="Name">Its name, such as CT.</param>
public sealed record ModelChannel(int Channel, string Name);

/// <summary>A label of a model's segmentations.</summary>
/// <param name="Label">The label.</param>
/// <param name="Name">Its name; empty where it is not known.</param>
public sealed record ModelLabel(int Label, string Name);

/// <summary>What the segmentation of an image of the training's median size takes.</summary>
/// <param name="Voxels">That size in the network's voxels.</param>
/// <param name="MemoryBytes">Bytes of memory; null where it cannot be told.</param>
/// <param name="Seconds">The networks' time; null until the service has measured it.</param>
/// <param name="SecondsWithoutMirroring">The same without mirroring.</param>
public sealed record ModelEstimate(IReadOnlyList<int> Voxels, long? MemoryBytes, double? Seconds, double? SecondsWithoutMirroring);
