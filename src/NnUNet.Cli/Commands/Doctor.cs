using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
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
    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Program;

    /// <inheritdoc/>
    public override string Summary => "Show versions, devices, processor, memory, and the folders in force and why.";

    /// <inheritdoc/>
    public override string Details => "Loads libtorch and computes with it. Exits with 1 where something would keep nnU-Net from working.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet doctor --workspace /data/nnunet"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => true;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        List<string> faults = [];
        TorchFacts? torch = TorchOrFault(faults);

        call.Print("Versions");
        Row(call, "nnU-Net for .NET", ProgramVersion.Text);
        Row(call, ".NET", RuntimeInformation.FrameworkDescription);
        Row(call, "libtorch", torch is null ? "does not load" : $"{torch.TorchVersion}, TorchSharp {torch.TorchSharpVersion}");
        Row(call, "system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}");

        call.Print().Print("Computing");
        Row(call, "devices", torch is null ? "none" : string.Join(", ", torch.Devices));
        Row(call, "cores", Count(Environment.ProcessorCount));
        Row(call, "torch threads", torch is null ? "-" : Count(torch.Threads));
        Row(call, "case threads", $"{Count(ParallelLoop.DefaultDegree)} ({Source("nnUNet_def_n_proc", EnvironmentSettings.Read().DefaultThreads)})");
        Row(call, "instructions", CpuFeatures.Current.ToString());
        Row(call, "bfloat16", CpuFeatures.Current.FastBf16 ? "yes, in the processor" : "no, the processor has no instructions for it");
        foreach (string device in torch?.Devices ?? []) Row(call, $"precision on {device}", Precision(TorchDevice.Parse(device)));

        call.Print().Print("Memory");
        Row(call, "of the machine", Sizes.Text(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));
        Row(call, "free", SystemMemory.Available() is { } free ? Sizes.Text(free) : "not known");

        Row(call, "for cases", $"{Sizes.Text(MemoryLimit.Bytes)} unless --max-ram says otherwise");

        call.Print().Print("Folders");
        foreach (WorkspaceFolder folder in call.Workspace.Folders)
        {
            Row(call, folder.Name, folder.Path);
            Row(call, "", $"{folder.Source}; {(Directory.Exists(folder.Path) ? "there" : "not there yet")}; {DiskSpace.Text(folder.Path)}");
        }

        foreach (string fault in faults) call.Print().Print($"Fault: {fault}");
        return faults.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static string Precision(TorchDevice device) => ComputePrecisions.FastestOn(device) is var precision && precision != ComputePrecision.Float32
        ? $"{precision.Name()} convolutions, all else float32 (--fp32 and --disable_mixed_precision turn it off)"
        : "float32";

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

    private static string Source(string variable, int? value) => value is null ? $"the cores; {variable} is not set" : $"variable {variable}";

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Row(Invocation call, string name, string value) => call.Print($"  {name,-18} {value}");
}
