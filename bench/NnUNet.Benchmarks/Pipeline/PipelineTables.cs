using NnUNet.Benchmarks.Suite;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks.Pipeline;

/// <summary>The tables that whole commands are measured for.</summary>
internal static class PipelineTables
{
    /// <summary>Whole commands.</summary>
    public const string Commands = "commands";

    /// <summary>Memory of the large export, of many predictions, of many segmentations by a service and of many iterations.</summary>
    public const string Memory = "memory";

    /// <summary>The bundle of TotalSegmentator's size; in a run of all groups only its fast one.</summary>
    public const string Bundle = "total-bundle";

    private static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(20), HalfAnHour = TimeSpan.FromMinutes(30);

    /// <summary>The groups that these tables are chosen by.</summary>
    public static IReadOnlyList<string> Groups { get; } = [Commands, Memory, Bundle];

    /// <summary>Measures the tables of a group and writes them.</summary>
    /// <param name="group">The group.</param>
    /// <param name="options">What is measured and where it goes.</param>
    /// <param name="tell">Receives each row.</param>
    public static void Measure(string group, SuiteOptions options, Action<string> tell)
    {
        if (group == Commands)
        {
            CommandTable.Measure(options, tell);
            return;
        }

        if (group == Bundle)
        {
            if (options.Quick) return;
            tell($"{Bundle}: {nameof(TotalBundle)}");
            string[] bundles = options.Groups.Contains(Bundle) ? ["total_fast", "total"] : ["total_fast"];
            Own(options, tell, HalfAnHour * bundles.Length, Bundle, file => [file, options.Program, Path.Combine(options.Scratch, Bundle), .. bundles]);
            return;
        }

        tell($"{Memory}: {nameof(LargeExport)}, {nameof(ManyPredictions)}, {nameof(ManySegmentations)}, {nameof(ManyIterations)}");
        Own(options, tell, "large-export", options.Quick ? "2" : LargeExport.BestShrink(options.Scratch));
        Own(options, tell, "many-predictions", options.Quick ? "200" : "1000");
        Own(options, tell, "many-segmentations", options.Quick ? "20" : "200");
        Own(options, tell, "many-iterations", options.Quick ? "100" : "1000");
    }

    private static void Own(SuiteOptions options, Action<string> tell, string name, string size) => Own(options, tell, LongTimeout, name, file => [size, file]);

    private static void Own(SuiteOptions options, Action<string> tell, TimeSpan limit, string name, Func<string, string[]> arguments)
    {
        string file = Path.Combine(options.Scratch, "table.json");
        File.Delete(file);
        MachineFacts machine = options.Machine with { Date = DateTime.UtcNow };
        ChildProcess.Own(options, limit, [name, .. arguments(file)]);
        MeasuredTable table = ProductJson.Read<MeasuredTable>(file) with { Machine = machine };
        table.Write(options.Results);
        foreach (MeasuredRow row in table.Rows) tell($"  {row} {row.Note}");
    }
}
