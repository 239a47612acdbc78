using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Torch.Inference;

/// <summary>Makes images into what a model's network takes; needs neither torch nor weights.</summary>
internal static class CasePreparation
{
    /// <summary>Checks an image's channels against the model and preprocesses them.</summary>
    /// <exception cref="DescribedException">The image does not fit the model.</exception>
    public static PreprocessedCase Run(ModelFolder model, IReadOnlyList<Volume<float>> channels, IReadOnlyList<string> files, CancellationToken cancel)
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

        CasePreprocessor preprocessor = Catalog<CasePreprocessor>.Create(model.Plan.PreprocessorName);
        return preprocessor.Run(channels, null, files, model.Plan, model.Stage, cancel);
    }

    /// <summary>The model's channels for messages: their number and names.</summary>
    public static string Needs(ModelFolder model) => $"{model.Plan.NumModalities} ({string.Join(", ", model.Plan.Modalities.Values)})";
}
