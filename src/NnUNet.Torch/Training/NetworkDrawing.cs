using System.Globalization;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Pictures;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training;

/// <summary>Draws the network of a training: <c>network_architecture.svg</c> in the fold's folder.</summary>
internal static class NetworkDrawing
{
    /// <summary>Draws it, or says why it cannot be drawn; a training does not depend on it. Call it on the thread that calls torch.</summary>
    public static void Save(TrainingSetup setup, TrainingSettings settings, SegmentationNetwork network, Device device, TrainingReporter reporter)
    {
        try
        {
            NetworkOutline outline = NetworkOutline.Of(NetworkTrace.Of(network, device), network.Classes);
            ArchitecturePicture.Save(Path.Combine(setup.FoldPath, ArchitecturePicture.FileName), outline, Caption(setup, settings, network));
        }
#pragma warning disable CA1031 // a network of the user's may do anything on an image of zeros
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            reporter.Notice($"{ArchitecturePicture.FileName} could not be drawn ({e.Message.TrimEnd('.')})");
        }
    }

    private static ArchitectureCaption Caption(TrainingSetup setup, TrainingSettings settings, SegmentationNetwork network)
    {
        int first = settings.PatchSize.Count - network.Dimensions;
        long parameters = network.parameters().Sum(static p => p.numel());
        return new ArchitectureCaption(
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
