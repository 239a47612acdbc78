using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Frame;

/// <summary>Which device computes.</summary>
internal static class DeviceChoice
{
    /// <summary>The device that <c>--device</c> names, else the first CUDA device, else the processor.</summary>
    public static TorchDevice Of(Invocation call) =>
        TorchDevice.Parse(call.Device ?? TorchFacts.Collect().Devices.FirstOrDefault(static name => name != "cpu", "cpu"));
}
