using NnUNet.Core.Models;
using NnUNet.Imaging;
using NnUNet.Torch.Inference;
using NnUNet.Web.Service.Models;

namespace NnUNet.Web.Service;

/// <summary>What callers are told of a model.</summary>
internal sealed record ModelAnswer
{
    /// <summary>What callers call it.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of model: v1 or v2, by the layout of its results.</summary>
    public required string Version { get; init; }

    /// <summary>The trainer's class; empty where it is not known.</summary>
    public required string Trainer { get; init; }

    /// <summary>The folds that there are.</summary>
    public required IReadOnlyList<string> Folds { get; init; }

    /// <summary>The channels in their order: send each as <c>channel_N</c>.</summary>
    public required IReadOnlyList<ChannelAnswer> Channels { get; init; }

    /// <summary>The labels that segmentations have, without the background.</summary>
    public required IReadOnlyList<ModelLabelAnswer> Labels { get; init; }

    /// <summary>The spacing (z, y, x) in millimetres at which the network works; of any other, images are resampled.</summary>
    public required IReadOnlyList<double> Spacing { get; init; }

    /// <summary>The tile in which the network sees images, in the order of its axes; two for networks of slices.</summary>
    public required IReadOnlyList<int> Tile { get; init; }

    /// <summary>Whether the segmentation of a cascade's first stage has to be sent, too.</summary>
    public required bool NeedsPreviousStage { get; init; }

    /// <summary>Whether segmentations are postprocessed.</summary>
    public required bool HasPostprocessing { get; init; }

    /// <summary>Whether its networks are in memory now.</summary>
    public required bool IsLoaded { get; init; }

    /// <summary>What a segmentation takes.</summary>
    public required EstimateAnswer Estimate { get; init; }

    /// <summary>A model as it is now.</summary>
    public static ModelAnswer Of(ServedModel model)
    {
        ModelContract contract = model.Contract;
        Spacing spacing = Imaging.Spacing.From(contract.Preprocessing.Spacing.AsSpan()).Transpose(contract.Preprocessing.TransposeBackward.AsSpan());
        InferenceEstimate? measured = model.Estimate;
        return new ModelAnswer
        {
            Name = model.Name,
            Version = contract.ResultLayout,
            Trainer = model.Folder.Trainer,
            Folds = model.Folder.Folds,
            Channels = [.. contract.Preprocessing.Channels.Select(static (c, i) => new ChannelAnswer(i, c.Name))],
            Labels = [.. contract.Labels.Segmented.Where(static l => l > 0).Select(l => new ModelLabelAnswer(l, contract.Labels.NameOf(l) ?? ""))],
            Spacing = [spacing.Z, spacing.Y, spacing.X],
            Tile = [.. contract.Tiles.Size],
            NeedsPreviousStage = contract.PreviousStage is not null,
            HasPostprocessing = contract.Postprocessing is not null,
            IsLoaded = model.IsLoaded,
            Estimate = new EstimateAnswer([.. contract.MedianShape], model.MedianBytes, measured?.CaseTime.TotalSeconds, measured is null ? null : measured.CaseTime.TotalSeconds / measured.Mirrorings),
        };
    }
}

/// <summary>A channel of a model's images.</summary>
/// <param name="Channel">Its number.</param>
/// <param name="Name">Its name, such as CT.</param>
internal sealed record ChannelAnswer(int Channel, string Name);

/// <summary>A label of a model's segmentations.</summary>
/// <param name="Label">The label.</param>
/// <param name="Name">Its name; empty where it is not known.</param>
internal sealed record ModelLabelAnswer(int Label, string Name);

/// <summary>What the segmentation of an image of the training's median size takes; another size takes in proportion to its voxels.</summary>
/// <param name="Voxels">That size in the network's voxels, in the order of its axes.</param>
/// <param name="MemoryBytes">Bytes of memory; null where it cannot be told.</param>
/// <param name="Seconds">The networks' time with all folds and mirroring; null until it was measured, which is done when there is nothing else to do.</param>
/// <param name="SecondsWithoutMirroring">The same without mirroring.</param>
internal sealed record EstimateAnswer(IReadOnlyList<int> Voxels, long? MemoryBytes, double? Seconds, double? SecondsWithoutMirroring);
