namespace NnUNet.Cli.Tests.Frame;

/// <summary>The options of the commands of nnU-Net 2.8.1 that this program has, as <see cref="OriginalCommands"/> has those of v1.</summary>
internal static class OriginalCommandsOfVersion2
{
    public static IReadOnlyDictionary<string, string[]> Options { get; } = new Dictionary<string, string[]>
    {
    };
}
