// Sends an image to a segmentation service (nnunet serve), shows its progress and saves the segmentation.
// Usage: CallTheService ADDRESS IMAGE SEGMENTATION [TOKEN]
using NnUNet.Client;

if (args.Length is not (3 or 4))
{
    Console.Error.WriteLine("Usage: CallTheService ADDRESS IMAGE SEGMENTATION [TOKEN]");
    return 2;
}

using CancellationTokenSource interrupted = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true; // the service is told to call the job off
    interrupted.Cancel();
};

try
{
    using SegmentationClient client = new(new Uri(args[0]), token: args.Length > 3 ? args[3] : null);
    SegmentationJob job = await client.SegmentAsync(
        [ImagePart.Channel(0, args[1])],
        new SegmentationOptions { Mirroring = false },
        new Progress<SegmentationJob>(now => Console.WriteLine($"{now.State} {now.Progress:0%}")),
        interrupted.Token);
    await client.SaveResultAsync(job.Id, args[2]);
    foreach (LabelVolume label in await client.StatisticsAsync(job.Id)) Console.WriteLine($"{label.Label} {label.Name}: {label.VolumeMl} ml");
    await client.RemoveAsync(job.Id);
    return 0;
}
catch (SegmentationServiceException e) // the service's words; with Status 429, e.RetryAfter tells when to call again
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
