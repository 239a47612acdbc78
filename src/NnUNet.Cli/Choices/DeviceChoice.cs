using NnUNet.Cli.Frame;
using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Choices;

/// <summary>Which device computes.</summary>
internal static class DeviceChoice
{
    /// <summary>The device that <c>--device</c> names, else the first CUDA device, else the processor.</summary>
    public static TorchDevice Of(Invocation call) =>
        TorchDevice.Parse(call.Device ?? TorchRuntime.DeviceNames().FirstOrDefault(static name => name != "cpu", "cpu"));

    /// <summary>The device that <c>--device</c> names, else all CUDA devices, else the processor.</summary>
    public static IReadOnlyList<TorchDevice> All(Invocation call)
    {
        if (call.Device is { } named) return [TorchDevice.Parse(named)];

        string[] cuda = [.. TorchRuntime.DeviceNames().Where(static name => name != "cpu")];
        return cuda.Length > 0 ? [.. cuda.Select(TorchDevice.Parse)] : [TorchDevice.Cpu];
    }
}
