using System.CommandLine;

namespace NnUNet.Cli.Frame;

/// <summary>
/// One command: a sealed class in its own file, found by its <see cref="Foundation.CatalogNameAttribute"/>.
/// It declares what it takes, calls a library and prints; it holds no logic of its own.
/// </summary>
/// <remarks>
/// Fields and base types must come from the BCL, System.CommandLine, Imaging or Core, and only <see cref="Run"/> may name
/// anything of Torch: that keeps <c>--help</c> free of it.
/// </remarks>
internal abstract class CommandDefinition
{
    /// <summary>Where the command stands in the list of <c>nnunet --help</c>.</summary>
    public abstract CommandGroup Group { get; }

    /// <summary>What the command does, in one line.</summary>
    public abstract string Summary { get; }

    /// <summary>More about it, shown by <c>nnunet COMMAND --help</c>.</summary>
    /// <value>Nothing.</value>
    public virtual string Details => "";

    /// <summary>Complete command lines for the help.</summary>
    /// <value>None.</value>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>Arguments and options, in the order in which the help explains them.</summary>
    public abstract IReadOnlyList<Symbol> Symbols { get; }

    /// <summary>
    /// Those of the options that the original's command of this name has in version 1.6.6, under the same names: what is a beginning of one
    /// of them there means it here too, whatever other options we have.
    /// </summary>
    /// <value>None.</value>
    public virtual IReadOnlyList<Option> OriginalOptions => [];

    /// <summary>Options that the help shows together under a title; those in none of them follow under "Other options".</summary>
    /// <value>None: all are in one list.</value>
    public virtual IReadOnlyList<OptionGroup> Groups => [];

    /// <summary>What a user does to go on after an interruption, as the end of a sentence.</summary>
    /// <value>Repeating the command.</value>
    public virtual string AfterInterruption => "repeat the command to go on";

    /// <summary>Whether what it prints is all that it makes, so that it has failed where that cannot be written.</summary>
    /// <param name="call">The values that it is given.</param>
    /// <returns>False: it makes files, and tells of them.</returns>
    public virtual bool OnlyPrints(Invocation call) => false;

    /// <summary>Does the work.</summary>
    /// <returns>The exit code: 0 done, 1 failed.</returns>
    public abstract int Run(Invocation call);
}

/// <summary>Options of one command that belong together.</summary>
/// <param name="Title">What they are about, in a word or a few.</param>
/// <param name="Options">The options.</param>
internal sealed record OptionGroup(string Title, IReadOnlyList<Option> Options);

/// <summary>The parts of the list of commands, in the order of the work.</summary>
internal enum CommandGroup
{
    /// <summary>Bringing data into the expected layout.</summary>
    Data,

    /// <summary>Fingerprint, plan, preprocessing.</summary>
    Planning,

    /// <summary>Training.</summary>
    Training,

    /// <summary>Segmenting images.</summary>
    Prediction,

    /// <summary>Scores.</summary>
    Evaluation,

    /// <summary>Models of others, and for others.</summary>
    Models,

    /// <summary>About this program and this machine.</summary>
    Program,
}
