using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Choices;

/// <summary>Which device computes, or which devices do so side by side.</summary>
internal static class DeviceChoice
{
    private const string Name = "--devices";
    private const string Shared = "cpu:";

    /// <summary>The most that may share the processor.</summary>
    public const int MostPlaces = 64;

    /// <summary>The option <c>--devices</c> of a command.</summary>
    /// <param name="help">What the devices do, as a sentence; how they are named is added.</param>
    public static Option<string[]> Several(string help) =>
        Values.Texts([Name], "DEVICE", $"{help} Names as of --device, apart by spaces or commas: cuda:0,cuda:1; cpu:N for N at a time that share the processor's cores.");

    /// <summary>The device that <c>--device</c> names, else the first CUDA device, else the processor.</summary>
    public static TorchDevice Of(Invocation call) =>
        call.Device is { } named ? TorchDevice.Parse(named) : CudaDevices() > 0 ? new TorchDevice(true, 0) : TorchDevice.Cpu;

    /// <summary>The device, or the devices, that the options of a command of nnU-Net v2 name: <c>-device</c>, or one of ours; without any, as <see cref="Of"/>.</summary>
    /// <param name="call">The command's values.</param>
    /// <param name="device">Its option <c>-device</c>.</param>
    /// <param name="several">Its option <c>--devices</c>.</param>
    /// <exception cref="UsageException">More than one option is given, or a device that is not supported.</exception>
    public static IReadOnlyList<TorchDevice> OfVersion2(Invocation call, Option<string?> device, Option<string[]> several)
    {
        if (call.Get(device) is not { } named) return Named(call, several) ?? [Of(call)];
        if (call.Device is not null || call.IsGiven(several)) throw new UsageException($"give either {device.Name}, --device or {Name}, not several of them");
        return named == "mps"
            ? throw new UsageException($"{device.Name} is mps, but Apple's graphics processors are not supported; give cpu or cuda")
            : [TorchDevice.Parse(named)];
    }

    /// <summary>How many CUDA devices this program sees. Loads libtorch only where it may have any.</summary>
    public static int CudaDevices() => TorchRuntime.DeviceNames().Count - 1; // the processor is the first of them

    /// <summary>The devices that <c>--devices</c> names, or the one of <c>--device</c>, else all CUDA devices, else the processor.</summary>
    /// <param name="call">The command's values.</param>
    /// <param name="several">Its option <c>--devices</c>.</param>
    /// <exception cref="UsageException">Both options are given, or a name is none.</exception>
    public static IReadOnlyList<TorchDevice> All(Invocation call, Option<string[]> several)
    {
        if (Named(call, several) is { } named) return named;

        int cuda = CudaDevices();
        return cuda > 0 ? [.. Enumerable.Range(0, cuda).Select(static i => new TorchDevice(true, i))] : [TorchDevice.Cpu];
    }

    /// <summary>The devices that options name; null where none does.</summary>
    /// <param name="call">The command's values.</param>
    /// <param name="several">Its option <c>--devices</c>.</param>
    /// <exception cref="UsageException">Both options are given, or a name is none.</exception>
    public static IReadOnlyList<TorchDevice>? Named(Invocation call, Option<string[]> several)
    {
        if (!call.IsGiven(several)) return call.Device is { } one ? [TorchDevice.Parse(one)] : null;
        if (call.Device is not null) throw new UsageException($"give either --device or {Name}, not both");

        TorchDevice[] devices = [.. Parse(call.Get(several))];
        return TorchDevice.Repeated(devices) is { } twice
            ? throw new UsageException($"{Name} names {twice} twice, but a CUDA device does one thing at a time; only cpu can be shared (cpu:2)")
            : devices;
    }

    /// <summary>The devices of a list.</summary>
    /// <param name="words">Words of names, each with commas or without.</param>
    /// <exception cref="UsageException">A name is none, or there is none.</exception>
    internal static IEnumerable<TorchDevice> Parse(IEnumerable<string> words)
    {
        string[] names = [.. words.SelectMany(static word => word.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return names.Length == 0 ? throw new UsageException($"{Name} names no device; give cpu, cpu:N, cuda or cuda:N") : names.SelectMany(Places);
    }

    private static IEnumerable<TorchDevice> Places(string name)
    {
        if (!name.StartsWith(Shared, StringComparison.Ordinal))
        {
            try
            {
                return [TorchDevice.Parse(name)];
            }
            catch (DescribedException)
            {
                throw new UsageException($"{Name}: \"{name}\" is not a device; give cpu, cpu:N for N at a time on the processor, cuda or cuda:N with N from 0");
            }
        }

        return int.TryParse(name.AsSpan(Shared.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int places) && places is >= 1 and <= MostPlaces
            ? Enumerable.Repeat(TorchDevice.Cpu, places)
            : throw new UsageException($"{Name}: \"{name}\" is not a share of the processor; give cpu:N with N from 1 to {MostPlaces}");
    }
}
