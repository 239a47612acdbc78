using NnUNet.Core.Cascade;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>Makes images into what a model's network takes; needs neither torch nor weights.</summary>
internal static class CasePreparation
{
    /// <summary>Checks an image's channels against the model and preprocesses them.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="channels">The channels (z, y, x) on one grid.</param>
    /// <param name="previousStage">The segmentation of the cascade's first stage on the same grid; null where the model needs none.</param>
    /// <param name="files">The channels' files, for messages; may be empty.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DescribedException">The image or the segmentation does not fit the model.</exception>
    public static PreprocessedCase Run(
        ModelContract contract, IReadOnlyList<Volume<float>> channels, Volume<short>? previousStage, IReadOnlyList<string> files, CancellationToken cancel)
    {
        string where = files.Count > 0 ? files[0] : "image";
        if (channels.Count != contract.Preprocessing.Channels.Count)
        {
            throw new DescribedException(where, $"the image has {channels.Count} channels, but the model needs {Needs(contract)}", "give the channels that the model was trained with, in its order");
        }

        if (channels.FirstOrDefault(c => c.Extent != channels[0].Extent) is { } other)
        {
            throw new DescribedException(where, $"the channels have {channels[0].Extent} and {other.Extent} voxels (z, y, x)", "resample the channels onto one grid");
        }

        if (channels[0].Geometry.Dimensions == 2 && !contract.Tiles.Is2D)
        {
            throw new DescribedException(where, "the image has two axes, but the model segments volumes", "use a 2d model");
        }

        CheckPreviousStage(contract, previousStage, where, channels[0].Extent);
        if (contract.PreviousStage is { IsOfCase: true })
        {
            // Outside of the mask it is -1, which is none of the labels that enter.
            PreprocessedCase both = CasePreprocessor.Run(channels, previousStage, files, contract.Preprocessing, cancel);
            return both with { PreviousStage = both.Segmentation };
        }

        PreprocessedCase prepared = CasePreprocessor.Run(channels, null, files, contract.Preprocessing, cancel);
        return previousStage is null
            ? prepared
            : prepared with { PreviousStage = PreviousStageInput.Prepare(previousStage, prepared.Properties, contract, prepared.Data.Extent, cancel) };
    }

    /// <summary>The model's channels for messages: their number and names.</summary>
    public static string Needs(ModelContract contract) => $"{contract.Preprocessing.Channels.Count} ({string.Join(", ", contract.Preprocessing.Channels.Select(static c => c.Name))})";

    private static void CheckPreviousStage(ModelContract contract, Volume<short>? labels, string where, Extent image)
    {
        if (contract.PreviousStage is not null && labels is null)
        {
            throw new DescribedException(where, "the model is the second stage of a cascade, so it needs the low resolution's segmentation of the image", "predict the image with the 3d_lowres model first and give that segmentation");
        }

        if (labels is null) return;
        if (contract.PreviousStage is null)
        {
            throw new DescribedException(where, "a segmentation of a previous stage is given, but the model is no second stage of a cascade", "leave it out, or use the 3d_cascade_fullres model");
        }

        if (labels.Extent != image)
        {
            throw new DescribedException(where, $"the low resolution's segmentation has {labels.Extent} voxels (z, y, x), the image {image}", "give the segmentation of this very image");
        }

        int most = contract.PreviousStage.Labels.Max();
        int wrong = labels.Voxels.AsSpan().IndexOfAnyExceptInRange((short)0, (short)most);
        if (wrong >= 0)
        {
            throw new DescribedException(where, $"the low resolution's segmentation has the label {labels.Voxels[wrong]}, but the model knows 0 to {most}", "give the segmentation of the same task's 3d_lowres model");
        }
    }
}
