using System.Globalization;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks.Suite;

/// <summary>The command line of the suite.</summary>
internal static class SuiteCommand
{
    /// <summary>Measures.</summary>
    /// <param name="arguments"><c>--results DIR --scratch DIR --program DLL [--data DIR] [--load X] [--quick] [GROUP…]</c>.</param>
    /// <returns>0, or 1 where something failed.</returns>
    public static int Run(string[] arguments)
    {
        Dictionary<string, string> values = [];
        List<string> groups = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--quick") values[arguments[i]] = "";
            else if (arguments[i].StartsWith("--", StringComparison.Ordinal)) values[arguments[i]] = arguments[++i];
            else groups.Add(arguments[i]);
        }

        if (groups.Except(SuiteRun.Groups).ToArray() is { Length: > 0 } unknown)
        {
            Console.Error.WriteLine($"There is no group {string.Join(", ", unknown)}. Known: {string.Join(", ", SuiteRun.Groups)}.");
            return 2;
        }

        IReadOnlyList<string> faults = new SuiteRun(new SuiteOptions
        {
            Results = Path.GetFullPath(values["--results"]),
            Scratch = Path.GetFullPath(values["--scratch"]),
            Program = Path.GetFullPath(values["--program"]),
            Data = values.TryGetValue("--data", out string? data) ? Path.GetFullPath(data) : null,
            Quick = values.ContainsKey("--quick"),
            Groups = groups,
            Machine = values.TryGetValue("--load", out string? load) && double.TryParse(load, CultureInfo.InvariantCulture, out double before)
                ? MachineFacts.Now() with { Load = before }
                : MachineFacts.Now(),
        }).Run();
        foreach (string fault in faults) Console.WriteLine($"failed: {fault}");
        return faults.Count == 0 ? 0 : 1;
    }
}
