using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Benchmarks.Suite;

namespace NnUNet.Benchmarks.Pipeline;

/// <summary>A command line that is timed.</summary>
internal sealed partial record PipelineCommand
{
    private static readonly Dictionary<string, string> OneThread = new() { ["nnUNet_def_n_proc"] = "1" };

    /// <summary>What is done; commands of the same case are compared.</summary>
    public required string Case { get; init; }

    /// <summary>How it is done.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the others of the case are compared with it.</summary>
    public bool Baseline { get; init; }

    /// <summary>What <c>dotnet</c> is called with.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Variables of the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Run before each start, not counted.</summary>
    public Action? Before { get; init; }

    /// <summary>The seconds that count.</summary>
    /// <value>From the process's start to its end.</value>
    public Func<ProcessFigures, double> Time { get; init; } = static figures => figures.Wall;

    /// <summary>The commands of the table.</summary>
    public static IEnumerable<PipelineCommand> All(SuiteOptions options, PipelineData data)
    {
        const string Start = "start-up";
        yield return new() { Case = Start, Name = "an empty .NET program", Baseline = true, Arguments = [typeof(PipelineCommand).Assembly.Location, "nothing"] };
        yield return new() { Case = Start, Name = "nnunet --help", Arguments = [options.Program, "--help"] };
        yield return new() { Case = Start, Name = "nnUNet_predict to its first tile", Arguments = Predict(data.OneImage, "--disable_tta"), Before = data.RemovePredictions, Time = ToFirstTile };

        foreach (PipelineCommand command in Pair("one case without mirroring", data.OneImage, "--disable_tta")) yield return command;
        foreach (PipelineCommand command in Pair("one case with mirroring", data.OneImage)) yield return command;
        if (!options.Quick)
        {
            foreach (PipelineCommand command in Pair("20 cases without mirroring", data.TwentyImages, "--disable_tta")) yield return command;
        }

        string preprocessing = $"plan and preprocess 60 cases ({data.Source})";
        string[] arguments = [options.Program, "nnUNet_plan_and_preprocess", "-t", data.Task, "--workspace", data.WorkspaceFolder];
        yield return new() { Case = preprocessing, Name = "one thread", Baseline = true, Arguments = arguments, Environment = OneThread, Before = data.RemovePreprocessed };
        yield return new() { Case = preprocessing, Name = "all threads", Arguments = arguments, Before = data.RemovePreprocessed };

        IEnumerable<PipelineCommand> Pair(string what, string input, params string[] more)
        {
            string[] predict = Predict(input, more);
            yield return new() { Case = what, Name = "float32", Baseline = true, Arguments = [.. predict, "--disable_mixed_precision"], Before = data.RemovePredictions };
            yield return new() { Case = what, Name = "mixed precision", Arguments = predict, Before = data.RemovePredictions };
        }

        string[] Predict(string input, params string[] more) =>
            [options.Program, "nnUNet_predict", "-i", input, "-o", data.Output, "--model_folder", data.Model, "-f", "0", .. more];
    }

    // The image is one tile: what the run takes beside the network and the export. Its end is counted, so that this is rather too much.
    private static double ToFirstTile(ProcessFigures figures)
    {
        Match times = NetworkAndExport().Match(figures.Output);
        return times.Success ? figures.Wall - Seconds(times.Groups[1]) - Seconds(times.Groups[2]) : figures.Wall;

        static double Seconds(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"([\d.]+) s in the network, ([\d.]+) s to export")]
    private static partial Regex NetworkAndExport();
}
