namespace NnUNet.Core;

/// <summary>What the environment says about the terminal.</summary>
/// <param name="Colour">Whether colours are welcome: <c>NO_COLOR</c> is not set.</param>
/// <param name="Dumb">Whether the terminal can only print line after line: <c>TERM</c> is dumb, or Open MPI's mpirun has made a terminal of its own, whose lines go on to wherever it was started.</param>
public sealed record TerminalSettings(bool Colour, bool Dumb)
{
    /// <summary>What the environment says now.</summary>
    public static TerminalSettings Read() => Read(EnvironmentSettings.Variable);

    internal static TerminalSettings Read(Func<string, string?> variable) =>
        new(Colour: string.IsNullOrEmpty(variable("NO_COLOR")), Dumb: variable("TERM") == "dumb" || variable("OMPI_COMM_WORLD_RANK") is { Length: > 0 });
}
