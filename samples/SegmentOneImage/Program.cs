// Segments one image with a trained model and counts the voxels of each label.
// Usage: SegmentOneImage MODEL_FOLDER SEGMENTATION.nii.gz CHANNEL_0.nii.gz [CHANNEL_1.nii.gz ...]
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

if (args.Length < 3)
{
    Console.Error.WriteLine("Usage: SegmentOneImage MODEL_FOLDER SEGMENTATION.nii.gz CHANNEL_0.nii.gz [CHANNEL_1.nii.gz ...]");
    return 2;
}

using CancellationTokenSource interrupted = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // the prediction stops within the image and nothing is written
    interrupted.Cancel();
};

try
{
    // Load once, predict often; from several threads if you like.
    using Segmenter segmenter = Segmenter.Load(args[0], new PredictOptions { Mirror = false });
    IReadOnlyList<Volume<float>> channels = [.. args[2..].Select(ImageFile.ReadVolume)];
    SegmentationResult result = segmenter.Predict(channels, new TileCounter(), interrupted.Token);

    ImageFile.WriteLabels(args[1], result.Segmentation); // the geometry is the image's
    foreach (var label in result.Segmentation.Voxels.ToArray().CountBy(static voxel => voxel).OrderBy(static count => count.Key))
    {
        Console.WriteLine($"label {label.Key}: {label.Value} voxels");
    }

    return 0;
}
catch (DescribedException e) // a fault of the input: where, what, and what to do
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 1;
}

internal sealed class TileCounter : IProgress<TileProgress>
{
    public void Report(TileProgress value) => Console.WriteLine($"{value.Share:0%}: {value.Done} of {value.Total} tiles");
}
