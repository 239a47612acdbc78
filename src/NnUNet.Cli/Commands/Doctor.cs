using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Core;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Prints what this machine and this installation are.</summary>
[CatalogName("doctor")]
internal sealed class Doctor : CommandDefinition
{
    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Program;

    /// <inheritdoc/>
    public override string Summary => "Show versions, devices, processor, folders in force, free disk and memory.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet doctor --workspace /data/nnunet"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        call.Print("Versions");
        Row(call, "nnU-Net for .NET", ProgramVersion.Text);
        Row(call, ".NET", RuntimeInformation.FrameworkDescription);
        Row(call, "system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}");

        call.Print().Print("Processor");
        Row(call, "cores", $"{Environment.ProcessorCount}");
        Row(call, "instructions", string.Join(", ", ProcessorFeatures.Names()));
        Row(call, "bfloat16", ProcessorFeatures.Bfloat16() is { } unit ? $"yes ({unit})" : "no: training and prediction run in float32");

        call.Print().Print("Memory");
        Row(call, "of the machine", Sizes.Text(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));
        Row(call, "free", SystemMemory.Available() is { } free ? Sizes.Text(free) : "not known");

        call.Print().Print("Folders");
        foreach (WorkspaceFolder folder in call.Workspace.Folders)
        {
            string state = Directory.Exists(folder.Path) ? "" : ", not there yet";
            Row(call, folder.Name, $"{folder.Path} ({folder.Source}{state}); {DiskSpace.Text(folder.Path)}");
        }

        return CommandLine.Done;
    }

    private static void Row(Invocation call, string name, string value) =>
        call.Print(string.Create(CultureInfo.InvariantCulture, $"  {name,-18} {value}"));
}
