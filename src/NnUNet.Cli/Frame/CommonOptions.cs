using System.CommandLine;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>The options that every command takes, before or after the command's name.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Raw { get; } = Values.Text(
        ["--raw"], "DIR", "Folder of the raw data sets (holds nnUNet_raw_data); beats --workspace and the variable nnUNet_raw_data_base (nnUNetv2_… commands: holds DatasetXXX_NAME; nnUNet_raw).");

    public Option<string?> Preprocessed { get; } = Values.Text(
        ["--preprocessed"], "DIR", "Folder of plans and preprocessed cases; beats --workspace and the variable nnUNet_preprocessed.");

    public Option<string?> Results { get; } = Values.Text(
        ["--results"], "DIR", "Folder of trained models; beats --workspace and the variable RESULTS_FOLDER (nnUNetv2_… commands: nnUNet_results).");

    public Option<string?> Workspace { get; } = Values.Text(
        ["--workspace"], "DIR", "One folder for all three: DIR/raw, DIR/preprocessed, DIR/results. ./nnunet-workspace where nothing else says.");

    public Option<string?> Device { get; } = Values.Text(
        ["--device"], "DEVICE", "cpu, cuda or cuda:N. cuda where there is one, else cpu.");

    public Option<double?> MaxRam { get; } = Values.Number(
        [MemoryLimit.OptionName],
        "Gigabytes of memory that the program may take while it works on images: where they would not do, fewer cases are worked on at a time; what does not fit even alone is refused before it is read. Half of the machine's memory unless given.",
        value: "GB");

    public Option<string[]> Plugins { get; } = Values.Texts(
        ["--plugin"], "FILE", "Assembly with planners, trainers, networks or other parts of your own; may be given several times.");

    public Option<bool> Debug { get; } = Values.Flag(["--debug"], "Print the stack trace of an error.");

    /// <summary>Not for people: the run is a child of another one (<see cref="ParentLink"/>), one of so many that share the memory.</summary>
    public Option<int?> Child { get; } = Values.Integer([ParentLink.OptionName], "One of N processes of a command.", least: 1);

    public Option<bool> Help { get; } = Values.Flag(["--help", "-h"], "Print this text.");

    public Option<bool> Version { get; } = Values.Flag(["--version"], "Print the version.");

    /// <summary>All of them that are for people, in the order of the help.</summary>
    public IReadOnlyList<Option> All { get; }

    public CommonOptions()
    {
        Child.Hidden = Child.Recursive = true;
        Plugins.AllowMultipleArgumentsPerToken = false;
        All = [Raw, Preprocessed, Results, Workspace, Device, MaxRam, Plugins, Debug, Help, Version];
        foreach (Option option in All) option.Recursive = true;
    }
}
