using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Torch.Runtime;

/// <summary>A device that tensors live on, as the option <c>--device</c> names it: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
/// <param name="IsCuda">Whether this is a CUDA device.</param>
/// <param name="Index">Number of the CUDA device; 0 for the CPU.</param>
public readonly record struct TorchDevice(bool IsCuda, int Index)
{
    /// <summary>The processor.</summary>
    public static TorchDevice Cpu { get; }

    /// <summary>Reads a device's name; loads nothing and asks no driver.</summary>
    /// <exception cref="DescribedException">The text is not <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</exception>
    public static TorchDevice Parse(string text)
    {
        switch (text)
        {
            case "cpu": return Cpu;
            case "cuda": return new TorchDevice(true, 0);
        }

        return text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? new TorchDevice(true, index)
            : throw new DescribedException("--device", $"\"{text}\" is not a device", "give cpu, cuda or cuda:N with N from 0");
    }

    /// <summary>The first CUDA device that stands more than once among some; null where there is none. The processor may: its cores can be shared.</summary>
    public static TorchDevice? Repeated(IEnumerable<TorchDevice> devices) =>
        devices.Where(static d => d.IsCuda).GroupBy(static d => d).FirstOrDefault(static g => g.Count() > 1)?.Key;

    /// <summary>The device's name: <c>cpu</c> or <c>cuda:N</c>.</summary>
    public override string ToString() => IsCuda ? string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}") : "cpu";

    /// <summary>Torch's device. Loads libtorch.</summary>
    /// <exception cref="DescribedException">This machine or this build of the program has no such CUDA device.</exception>
    internal TorchSharp.torch.Device ToTorch()
    {
        TorchRuntime.Initialize();
        if (!IsCuda) return TorchSharp.torch.CPU;

        int there = TorchRuntime.CudaDeviceCount();
        if (there == 0)
        {
            throw new DescribedException(
                $"--device {this}",
                "this program finds no CUDA device (the default build brings libtorch for the CPU only, and CUDA needs an NVIDIA driver)",
                "use --device cpu, or build with -p:NnUNetTorchBackend=cuda on a machine with an NVIDIA GPU");
        }

        return Index < there
            ? new TorchSharp.torch.Device(TorchSharp.DeviceType.CUDA, Index)
            : throw new DescribedException($"--device {this}", $"this machine has {there} CUDA device(s), numbered from 0", "give a smaller number");
    }
}
