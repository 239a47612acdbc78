using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training;

/// <summary>What a network of a training looks like, for drawings.</summary>
/// <param name="Outline">Its resolutions and convolutions.</param>
/// <param name="Title">The network's name.</param>
/// <param name="Lines">What is trained, and how large the network is; one line each.</param>
/// <param name="Patch">Voxels of the image, array order; as many axes as the network has.</param>
/// <param name="Spacing">Millimetres between its voxels, in the same order.</param>
/// <param name="Channels">Channels of the image.</param>
/// <param name="HeadWeights">Weights of the losses of the outputs, full resolution first; may be shorter than the outputs are many.</param>
internal sealed record NetworkSketch(
    NetworkOutline Outline, string Title, IReadOnlyList<string> Lines, ValueArray<int> Patch, ValueArray<double> Spacing, int Channels, ValueArray<double> HeadWeights)
{
    /// <summary>Traces the network on an image of zeros. Call it on the thread that calls torch.</summary>
    public static NetworkSketch Of(TrainingSetup setup, TrainingSettings settings, SegmentationNetwork network, Device device)
    {
        int first = settings.PatchSize.Count - network.Dimensions;
        long parameters = network.parameters().Sum(static p => p.numel());
        return new NetworkSketch(
            NetworkOutline.Of(NetworkTrace.Of(network, device), network.Classes),
            settings.Network,
            [
                $"{settings.Task}, {settings.Configuration}, {settings.Trainer}, {settings.Plans}",
                string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.##} million parameters, batch of {settings.BatchSize}, {settings.Loss}"),
            ],
            [.. settings.PatchSize.Skip(first)],
            [.. setup.Configuration.CurrentSpacing.Skip(setup.Configuration.CurrentSpacing.Count - network.Dimensions)],
            network.InputChannels,
            settings.OutputWeights);
    }
}
