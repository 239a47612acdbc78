using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>How the jobs call this program.</summary>
internal sealed record ProgramCall
{
    /// <summary>The words before a command's name: the program's path, or those of dotnet and of the program.</summary>
    public required ValueArray<string> Words { get; init; }

    /// <summary>Where .NET is, for a program that does not bring it along.</summary>
    /// <value>Null: it needs none.</value>
    public string? DotnetRoot { get; init; }

    /// <summary>Options that every command gets, such as <c>--plugin FILE</c>.</summary>
    /// <value>None.</value>
    public ValueArray<string> Options { get; init; } = [];

    /// <summary>Files of <see cref="Options"/>, whose folders a container must see.</summary>
    /// <value>None.</value>
    public ValueArray<string> Files { get; init; } = [];
}
