using NnUNet.Core.Bundles;
using NnUNet.Imaging;
using NnUNet.Workflows.Bundles;

namespace NnUNet.Workflows.Tests.Bundles;

/// <summary>Models whose labels are known without networks: what each gives is told by its name, and what they saw is noted.</summary>
/// <param name="find">The labels of a model by its name and channels.</param>
internal sealed class ThresholdModels(Func<string, IReadOnlyList<Volume<float>>, Volume<short>> find) : IPartPredictor
{
    /// <summary>The models in the order in which they were loaded.</summary>
    public List<string> Loads { get; } = [];

    /// <summary>What each call saw.</summary>
    public List<(string Model, Extent Extent, ImageGeometry Geometry)> Seen { get; } = [];

    /// <summary>Models of which each gives label 1 where its first channel is above a value.</summary>
    public static ThresholdModels Above(float value) => new((_, channels) => Labels(channels[0], v => v > value ? (short)1 : (short)0));

    /// <summary>The labels of a volume by its voxels.</summary>
    public static Volume<short> Labels(Volume<float> volume, Converter<float, short> label) => new(Array.ConvertAll(volume.Voxels, label), volume.Extent, volume.Geometry);

    /// <inheritdoc/>
    public void Load(Bundle bundle, BundleModel model) => Loads.Add(model.Name);

    /// <inheritdoc/>
    public Volume<short> Predict(Bundle bundle, BundleModel model, IReadOnlyList<Volume<float>> channels, Action<double>? progress, CancellationToken cancel)
    {
        Seen.Add((model.Name, channels[0].Extent, channels[0].Geometry));
        progress?.Invoke(1);
        return find(model.Name, channels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
