using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Cli.Commands;

/// <summary>Opens the live page over a workspace.</summary>
[CatalogName("dashboard")]
internal sealed class Dashboard : CommandDefinition
{
    private readonly WebChoice _web = new();
    private readonly Option<bool> _open = Values.Flag(["--open"], "Open the page in the browser.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Program;

    /// <inheritdoc/>
    public override string Summary => "Show data sets, trainings and results of the workspace as a live web page.";

    /// <inheritdoc/>
    public override string Details =>
        "The page only reads the three folders: what runs now, with its curves; each data set with its fingerprint and plan; cross-validation, case by case; every image with its segmentations. "
        + "It loads no libtorch and takes nothing from a training but what it reads of its files. Only this machine can open it unless --address says otherwise.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [.. _web.Options, _open];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet dashboard --open", "nnunet dashboard --workspace /data/nnunet --port 8080"];

    /// <inheritdoc/>
    public override string AfterInterruption => "the page is closed";

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        ArgumentNullException.ThrowIfNull(call);
        DashboardSettings settings = new()
        {
            Web = _web.Of(call) with { OpensBrowser = call.Get(_open) },
            Raw = call.Workspace.Raw,
            Preprocessed = call.Workspace.Preprocessed,
            Results = call.Workspace.Results,
        };
        return WebChild.Run("dashboard", settings, call.Cancel);
    }
}
