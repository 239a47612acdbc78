using NnUNet.Core.Cascade;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>Makes images into what a model's network takes; needs neither torch nor weights.</summary>
internal static class CasePreparation
{
    /// <summary>Checks an image's channels against the model and preprocesses them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="channels">The channels (z, y, x) on one grid.</param>
    /// <param name="previousStage">The segmentation of the cascade's first stage on the same grid; null where the model needs none.</param>
    /// <param name="files">The channels' files, for messages; may be empty.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DescribedException">The image or the segmentation does not fit the model.</exception>
    public static PreprocessedCase Run(
        ModelFolder model, IReadOnlyList<Volume<float>> channels, Volume<short>? previousStage, IReadOnlyList<string> files, CancellationToken cancel)
    {
        string where = files.Count > 0 ? files[0] : "image";
        if (channels.Count != model.Plan.NumModalities)
        {
            throw new DescribedException(where, $"the image has {channels.Count} channels, but the model needs {Needs(model)}", "give the channels that the model was trained with, in its order");
        }

        if (channels.FirstOrDefault(c => c.Extent != channels[0].Extent) is { } other)
        {
            throw new DescribedException(where, $"the channels have {channels[0].Extent} and {other.Extent} voxels (z, y, x)", "resample the channels onto one grid");
        }

        if (channels[0].Geometry.Dimensions == 2 && !model.Configuration.Is2D)
        {
            throw new DescribedException(where, "the image has two axes, but the model segments volumes", "use a 2d model");
        }

        CheckPreviousStage(model, previousStage, where, channels[0].Extent);
        CasePreprocessor preprocessor = Catalog<CasePreprocessor>.Create(model.Plan.PreprocessorName);
        PreprocessedCase prepared = preprocessor.Run(channels, null, files, model.Plan, model.Stage, cancel);
        return previousStage is null
            ? prepared
            : prepared with { PreviousStage = PreviousStageInput.Prepare(previousStage, prepared.Properties, model.Plan.TransposeForward.AsSpan(), prepared.Data.Extent, cancel) };
    }

    /// <summary>The model's channels for messages: their number and names.</summary>
    public static string Needs(ModelFolder model) => $"{model.Plan.NumModalities} ({string.Join(", ", model.Plan.Modalities.Values)})";

    private static void CheckPreviousStage(ModelFolder model, Volume<short>? labels, string where, Extent image)
    {
        if (model.Network.PreviousStage && labels is null)
        {
            throw new DescribedException(where, "the model is the second stage of a cascade, so it needs the low resolution's segmentation of the image", "predict the image with the 3d_lowres model first and give that segmentation");
        }

        if (labels is null) return;
        if (!model.Network.PreviousStage)
        {
            throw new DescribedException(where, "a segmentation of a previous stage is given, but the model is no second stage of a cascade", "leave it out, or use the 3d_cascade_fullres model");
        }

        if (labels.Extent != image)
        {
            throw new DescribedException(where, $"the low resolution's segmentation has {labels.Extent} voxels (z, y, x), the image {image}", "give the segmentation of this very image");
        }

        int wrong = labels.Voxels.AsSpan().IndexOfAnyExceptInRange((short)0, (short)model.Plan.NumClasses);
        if (wrong >= 0)
        {
            throw new DescribedException(where, $"the low resolution's segmentation has the label {labels.Voxels[wrong]}, but the model knows 0 to {model.Plan.NumClasses}", "give the segmentation of the same task's 3d_lowres model");
        }
    }
}
