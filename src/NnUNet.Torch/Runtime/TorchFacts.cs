using System.Reflection;
using NnUNet.Foundation;
using TorchSharp;

namespace NnUNet.Torch.Runtime;

/// <summary>What <c>nnunet doctor</c> reports about torch on this machine.</summary>
/// <param name="TorchVersion">libtorch's version, such as 2.10.0.</param>
/// <param name="TorchSharpVersion">TorchSharp's version.</param>
/// <param name="Devices">The devices as <c>--device</c> takes them, the CPU first.</param>
/// <param name="Threads">Threads of one operation on the CPU.</param>
/// <param name="Cpu">What the processor can compute with.</param>
public sealed record TorchFacts(
    string TorchVersion, string TorchSharpVersion, ValueArray<string> Devices, int Threads, CpuFeatures Cpu)
{
    /// <summary>Loads libtorch, computes a sum with it, and reports.</summary>
    /// <exception cref="DescribedException">libtorch does not load here.</exception>
    public static TorchFacts Collect()
    {
        TorchRuntime.Initialize();
        using DisposeScope scope = torch.NewDisposeScope();
        if (torch.ones(8).sum().item<float>() is not 8f)
        {
            throw new DescribedException("libtorch", "it loads but computes a wrong sum", "install it again");
        }

        return new TorchFacts(
            Trim(torch.__version__), PackageVersion(), TorchRuntime.DeviceNames().ToValueArray(), torch.get_num_threads(), CpuFeatures.Current);
    }

    private static string PackageVersion() =>
        typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? typeof(torch).Assembly.GetName().Version?.ToString() ?? "unknown";

    private static string Trim(string version) => version.EndsWith(".0", StringComparison.Ordinal) && version.Count(static c => c == '.') == 3
        ? version[..^2]
        : version;
}
