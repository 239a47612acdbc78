using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Cli.Commands;

/// <summary>Measures this machine and says what limits it.</summary>
[CatalogName("benchmark")]
internal sealed class Benchmark : CommandDefinition
{
    private readonly Option<bool> _quick = Values.Flag(["--quick"], "Fewer runs of each thing: a third of the time, less certain.");
    private readonly Option<string?> _json = Values.Text(["--json"], "FILE", "Write the figures as JSON.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Program;

    /// <inheritdoc/>
    public override string Summary => "Measure this machine, compare it with the published figures, and say what limits it. About a minute.";

    /// <inheritdoc/>
    public override string Details =>
        "Trains and predicts with the hippocampus network on numbers made up, preprocesses, resamples and exports computed images, and writes and reads a file of 128 MB in the folder of the "
        + "preprocessed data. Medians of at least five runs (three with --quick). The times are those of an idle machine only where it is idle.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_quick, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet benchmark", "nnunet benchmark --quick --json here.json"];

    /// <inheritdoc/>
    public override string AfterInterruption => "repeat the command to start over";

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        MachineFigures reference = MachineFigures.Reference();
        MachineFigures here = Measure(call);
        call.Print($"here:       {here.Machine}; {here.Device}, {here.Threads.ToString(CultureInfo.InvariantCulture)} threads");
        call.Print(string.Create(CultureInfo.InvariantCulture, $"reference:  {reference.Machine}; {reference.Device}, {reference.Machine.Date:yyyy-MM-dd}")).Print();
        List<string[]> rows = [["", "here", "reference", "here compared"]];
        foreach (MachineFigure figure in here.Figures)
        {
            MachineFigure? other = reference.Figures.FirstOrDefault(f => f.Key == figure.Key);
            rows.Add([figure.Text, figure.ValueText, other?.ValueText ?? "-", other is null ? "-" : figure.ComparedWith(other)]);
        }

        call.Print(TextTable.Format(rows)).Print();
        foreach (string sentence in MachineAssessment.Sentences(here, reference)) call.Print(sentence);
        if (call.Get(_json) is { } file)
        {
            ProductJson.Write(file, here);
            call.Print().Print($"Written: {Path.GetFullPath(file)}");
        }

        return CommandLine.Done;
    }

    private MachineFigures Measure(Invocation call)
    {
        using ProgressPrinter<MachineBenchmarkProgress> progress = call.Progress<MachineBenchmarkProgress>("measuring", static p => new Step(p.Text, p.Done, p.Total));
        MachineBenchmarkOptions options = new() { Device = DeviceChoice.Of(call), Folder = call.Workspace.Preprocessed, Quick = call.Get(_quick) };
        return MachineBenchmark.Run(options, progress, call.Cancel);
    }
}
