using NnUNet.Core.Bundles;
using NnUNet.Imaging;

namespace NnUNet.Workflows.Bundles;

/// <summary>The models of bundles, found, loaded and run.</summary>
internal interface IPartPredictor : IDisposable
{
    /// <summary>Loads a model, unless it is loaded.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="model">One of its models.</param>
    void Load(Bundle bundle, BundleModel model);

    /// <summary>The labels of a model.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="model">One of its models.</param>
    /// <param name="channels">What it sees (z, y, x), in its order.</param>
    /// <param name="progress">Gets how much is done, 0 to 1.</param>
    /// <param name="cancel">Stops within the image.</param>
    /// <returns>The model's own values on the voxels of the channels.</returns>
    Volume<short> Predict(Bundle bundle, BundleModel model, IReadOnlyList<Volume<float>> channels, Action<double>? progress, CancellationToken cancel);
}
