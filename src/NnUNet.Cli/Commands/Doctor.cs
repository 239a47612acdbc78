using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Core;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Commands;

/// <summary>Prints what this machine and this installation are.</summary>
[CatalogName("doctor")]
internal sealed class Doctor : CommandDefinition
{
    private readonly JsonOption _json = new(DoctorDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Program;

    /// <inheritdoc/>
    public override string Summary => "Show versions, devices, processor, memory, and the folders in force and why.";

    /// <inheritdoc/>
    public override string Details => "Loads libtorch and computes with it. Exits with 1 where something would keep nnU-Net from working.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet doctor --workspace /data/nnunet", "nnunet doctor --json doctor.json"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => true;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        DoctorDocument found = Look(call);
        call.Tell(found);
        Print(call, found);
        return found.Faults.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static DoctorDocument Look(Invocation call)
    {
        List<string> faults = [];
        TorchFacts? torch = TorchOrFault(faults);
        EnvironmentSettings settings = EnvironmentSettings.Read();
        return new DoctorDocument
        {
            Versions = new DoctorVersions(
                ProgramVersion.Text, RuntimeInformation.FrameworkDescription, torch?.TorchVersion, torch?.TorchSharpVersion, RuntimeInformation.OSDescription, RuntimeInformation.RuntimeIdentifier),
            Computing = new DoctorComputing(
                [.. (torch?.Devices ?? []).Select(static device => new DoctorDevice(device, ComputePrecisions.FastestOn(TorchDevice.Parse(device)).Name()))],
                Environment.ProcessorCount,
                torch?.Threads,
                Source(EnvironmentSettings.OperationVariable, settings.OperationThreads),
                ParallelLoop.DefaultDegree,
                CaseThreadsSource(settings),
                CpuFeatures.Current.ToString(),
                CpuFeatures.Current.FastBf16),
            Memory = new DoctorMemory(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, SystemMemory.Available(), MemoryLimit.Bytes),
            Folders = [.. call.Workspace.Folders.Select(DoctorFolder.Of)],
            Faults = faults,
        };
    }

    private static void Print(Invocation call, DoctorDocument found)
    {
        DoctorVersions versions = found.Versions;
        call.Print("Versions");
        Row(call, "nnU-Net for .NET", versions.Program);
        Row(call, ".NET", versions.Dotnet);
        Row(call, "libtorch", versions.Libtorch is null ? "does not load" : $"{versions.Libtorch}, TorchSharp {versions.Torchsharp}");
        Row(call, "system", $"{versions.System}, {versions.Runtime}");

        DoctorComputing computing = found.Computing;
        call.Print().Print("Computing");
        Row(call, "devices", versions.Libtorch is null ? "none" : string.Join(", ", computing.Devices.Select(static d => d.Name)));
        Row(call, "cores", Count(computing.Cores));
        Row(call, "torch threads", computing.TorchThreads is { } threads ? $"{Count(threads)} ({computing.TorchThreadsSource})" : "-");
        Row(call, "case threads", $"{Count(computing.CaseThreads)} ({computing.CaseThreadsSource})");
        Row(call, "instructions", computing.Instructions);
        Row(call, "bfloat16", computing.Bfloat16 ? "yes, in the processor" : "no, the processor has no instructions for it");
        foreach (DoctorDevice device in computing.Devices) Row(call, $"precision on {device.Name}", Precision(device.Precision));

        call.Print().Print("Memory");
        Row(call, "of the machine", Sizes.Text(found.Memory.MachineBytes));
        Row(call, "free", found.Memory.FreeBytes is { } free ? Sizes.Text(free) : "not known");
        Row(call, "for cases", $"{Sizes.Text(found.Memory.CaseBytes)} unless --max-ram says otherwise");

        call.Print().Print("Folders");
        foreach (DoctorFolder folder in found.Folders)
        {
            Row(call, folder.Name, folder.Path);
            Row(call, "", $"{folder.Source}; {(folder.Exists ? "there" : "not there yet")}; {DiskSpace.Text(folder.Path)}");
        }

        foreach (string fault in found.Faults) call.Refuse(fault);
    }

    private static string Precision(string name) => name == ComputePrecision.Float32.Name()
        ? name
        : $"{name} convolutions, all else float32 (--fp32 and --disable_mixed_precision turn it off)";

    private static TorchFacts? TorchOrFault(List<string> faults)
    {
        try
        {
            return TorchFacts.Collect();
        }
        catch (DescribedException e)
        {
            faults.Add(e.Message);
            return null;
        }
    }

    private static string CaseThreadsSource(EnvironmentSettings settings) => settings is { DefaultThreads: null, OperationThreads: { } threads }
        ? $"{Source(EnvironmentSettings.OperationVariable, threads)}; {EnvironmentSettings.DefaultVariable} is not set"
        : Source(EnvironmentSettings.DefaultVariable, settings.DefaultThreads);

    private static string Source(string variable, int? value) => value is null ? $"the cores; {variable} is not set" : $"variable {variable}";

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Row(Invocation call, string name, string value) => call.Print($"  {name,-18} {value}");
}
