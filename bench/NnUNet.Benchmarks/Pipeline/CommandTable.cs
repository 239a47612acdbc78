using NnUNet.Benchmarks.Suite;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks.Pipeline;

/// <summary>Whole commands of the published program, each run several times in turn with its baseline.</summary>
internal static class CommandTable
{
    /// <summary>The table's name.</summary>
    public const string Name = "Commands";

    private const int Runs = 5;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Measures and writes the table. A case that fails leaves the others as they are.</summary>
    /// <exception cref="InvalidOperationException">Cases failed; all are named.</exception>
    public static void Measure(SuiteOptions options, Action<string> tell)
    {
        tell($"{PipelineTables.Commands}: making the data");
        PipelineData data = PipelineData.Make(options);
        MachineFacts machine = options.Machine with { Date = DateTime.UtcNow };
        List<MeasuredRow> rows = [];
        List<string> faults = [];
        foreach (IGrouping<string, PipelineCommand> pair in PipelineCommand.All(options, data).GroupBy(static c => c.Case))
        {
            try
            {
                MeasuredRow[] measured = InTurn(options, [.. pair]);
                rows.AddRange(measured);
                foreach (MeasuredRow row in measured) tell("  " + row);
            }
            catch (InvalidOperationException e)
            {
                faults.Add($"{pair.Key}: {e.Message}");
            }
        }

        new MeasuredTable { Name = Name, Machine = machine, Rows = [.. rows] }.Write(options.Results);
        if (faults.Count > 0) throw new InvalidOperationException(string.Join("; ", faults));
    }

    // A B A B: what else the machine does hits both alike. The first of each warms the caches and is not counted.
    private static MeasuredRow[] InTurn(SuiteOptions options, PipelineCommand[] commands)
    {
        List<ProcessFigures>[] figures = [.. commands.Select(static _ => new List<ProcessFigures>())];
        for (int run = -1; run < Runs; run++)
        {
            foreach ((int i, PipelineCommand command) in commands.Index())
            {
                command.Before?.Invoke();
                ProcessFigures measured = ChildProcess.Run(options, Timeout, command.Environment, [.. command.Arguments]);
                if (run >= 0) figures[i].Add(measured);
            }
        }

        return [.. commands.Select((command, i) => new MeasuredRow
        {
            Case = command.Case,
            Name = command.Name,
            Baseline = command.Baseline,
            Seconds = figures[i].Select(command.Time).ToValueArray(),
            UserSeconds = figures[i].Select(static f => f.User).ToValueArray(),
            PeakBytes = figures[i].Max(static f => f.PeakBytes),
            PrivateBytes = figures[i].Max(static f => f.PrivateBytes),
        })];
    }
}
