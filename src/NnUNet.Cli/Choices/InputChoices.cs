using System.CommandLine;
using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Choices;

/// <summary>What the commands that read images have in common.</summary>
internal static class InputChoices
{
    /// <summary>The option that refuses what is otherwise put right with a warning.</summary>
    public static Option<bool> Strict() => Values.Flag(
        ["--strict-input"], "Refuse images that are otherwise put right with a warning: voxels that are not finite, an sform that is sheared or disagrees with pixdim, a spacing a hundredfold off.");

    /// <summary>The option that tells more of each case.</summary>
    public static Option<bool> Verbose() => Values.Flag(["--verbose"], "Tell before each image how much memory it takes; otherwise that of the largest is told at the end.");
}
