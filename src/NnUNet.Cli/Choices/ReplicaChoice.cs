using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Choices;

/// <summary>On which devices the replicas of one training compute.</summary>
internal static class ReplicaChoice
{
    /// <summary>The devices that an option names (<see cref="DeviceChoice.Several"/>), or as many as it says.</summary>
    /// <exception cref="UsageException">It says neither.</exception>
    /// <exception cref="DescribedException">There are not so many GPUs.</exception>
    public static IReadOnlyList<TorchDevice> Named(Invocation call, Option<string[]> devices) =>
        call.Get(devices) is [var word] && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? First(call, count) : DeviceChoice.Named(call, devices)!;

    /// <summary>The first devices: of the kind that <c>--device</c> names, else GPUs where there are any, else the processor that many times.</summary>
    /// <param name="call">What was called.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="DescribedException">There are not so many GPUs.</exception>
    public static IReadOnlyList<TorchDevice> First(Invocation call, int count)
    {
        if (count is < 1 or > DeviceChoice.MostPlaces) throw new UsageException($"{count} devices are asked for, but there must be 1 to {DeviceChoice.MostPlaces}");

        TorchDevice kind = DeviceChoice.Of(call);
        if (!kind.IsCuda)
        {
            if (call.Device is null && count > 1) call.Print(FormattableString.Invariant($"No CUDA device here: {count} replicas share the processor, which makes nothing faster."));
            return [.. Enumerable.Repeat(TorchDevice.Cpu, count)];
        }

        int gpus = DeviceChoice.CudaDevices();
        return count <= gpus - kind.Index
            ? [.. Enumerable.Range(kind.Index, count).Select(static i => new TorchDevice(true, i))]
            : throw new DescribedException("devices", $"{count} are asked for from {kind} on, but this machine has {gpus} CUDA device(s), numbered from 0", "give a smaller number, or --device cpu for replicas on the processor");
    }

    /// <summary>The device of one of several processes on a host: of GPUs that of its number from the first one on, or the only one that its launcher lets it see.</summary>
    /// <param name="first">The device of the host's first process.</param>
    /// <param name="localRank">The process's number on its host.</param>
    /// <exception cref="DescribedException">There are not so many GPUs.</exception>
    public static TorchDevice OfRank(TorchDevice first, int localRank) => first.IsCuda ? OfRank(first, localRank, DeviceChoice.CudaDevices()) : first;

    internal static TorchDevice OfRank(TorchDevice first, int localRank, int gpus) =>
        gpus == 1 ? new TorchDevice(true, 0)
        : first.Index + localRank < gpus ? new TorchDevice(true, first.Index + localRank)
        : throw new DescribedException("devices", $"process {localRank + 1} of this host needs a device of its own, but {gpus} CUDA devices are seen, numbered from 0, of which {first} is the first to take", "start as many processes a host as it has GPUs, and look at CUDA_VISIBLE_DEVICES");

    /// <summary>A training with its replicas on threads of this process; of one device one without replicas.</summary>
    /// <param name="options">What is trained.</param>
    /// <param name="devices">The devices.</param>
    /// <param name="distribute">Whether the plan's batch is shared out.</param>
    public static TrainingOptions OnThreads(TrainingOptions options, IReadOnlyList<TorchDevice> devices, bool distribute) => devices.Count == 1
        ? options with { Device = devices[0] }
        : options with { Device = devices[0], Devices = [.. devices], DistributeBatch = distribute };
}
