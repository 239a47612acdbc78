using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training.Logs;

/// <summary>Program, libraries and machine of a training.</summary>
/// <param name="Version">Version of this program.</param>
/// <param name="Torch">Version of libtorch.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Processor">Kind of processor and what it can compute with.</param>
/// <param name="Cores">Number of cores that the process may use.</param>
/// <param name="MemoryBytes">Memory that the process may use.</param>
/// <param name="Devices">The devices that torch can use.</param>
internal sealed record TrainingMachine(
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("torch")] string Torch,
    [property: JsonPropertyName("torchsharp")] string TorchSharp,
    [property: JsonPropertyName("runtime")] string Runtime,
    [property: JsonPropertyName("operating_system")] string OperatingSystem,
    [property: JsonPropertyName("processor")] string Processor,
    [property: JsonPropertyName("cores")] int Cores,
    [property: JsonPropertyName("memory_bytes")] long MemoryBytes,
    [property: JsonPropertyName("devices")] ValueArray<string> Devices)
{
    /// <summary>This machine. Loads libtorch.</summary>
    public static TrainingMachine Collect()
    {
        TorchFacts torch = TorchFacts.Collect();
        return new TrainingMachine(
            typeof(TrainingDebug).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            torch.TorchVersion,
            torch.TorchSharpVersion,
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            $"{RuntimeInformation.ProcessArchitecture}: {torch.Cpu}",
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            torch.Devices);
    }
}
