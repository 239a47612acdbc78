// Segments the image that comes in on the standard input, and writes the segmentation to the standard output.
// Usage: SegmentInAService MODEL_FOLDER < IMAGE.nii.gz > SEGMENTATION.nii.gz
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using NnUNet.Foundation;
using NnUNet.Hosting;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

if (args.Length != 1)
{
    Console.Error.WriteLine("Usage: SegmentInAService MODEL_FOLDER < IMAGE.nii.gz > SEGMENTATION.nii.gz");
    return 2;
}

// Any exporter of measurements can listen in this place.
using MeterListener meters = new() { InstrumentPublished = static (instrument, listener) => { if (instrument.Meter.Name == "NnUNet") listener.EnableMeasurementEvents(instrument); } };
meters.SetMeasurementEventCallback<long>(static (instrument, count, _, _) => Console.Error.WriteLine($"{instrument.Name} +{count}"));
meters.Start();

ServiceCollection services = new();
services.AddLogging(); // with your providers
services.AddNnUNet(args[0], new PredictOptions { Mirror = false });
await using ServiceProvider provider = services.BuildServiceProvider();
try
{
    Segmenter segmenter = provider.GetRequiredService<Segmenter>(); // loads now; freed with the provider
    await using Stream input = Console.OpenStandardInput();
    Volume<float> image = ImageFile.ReadVolume(input);

    using CancellationTokenSource patience = new(TimeSpan.FromMinutes(30));
    SegmentationResult result = await segmenter.PredictAsync(image, cancel: patience.Token);

    await using Stream output = Console.OpenStandardOutput();
    ImageFile.WriteLabels(output, result.Segmentation);
    return 0;
}
catch (DescribedException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("It took too long.");
    return 1;
}
