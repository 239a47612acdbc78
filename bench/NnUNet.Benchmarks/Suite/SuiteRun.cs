using System.Globalization;
using NnUNet.Benchmarks.Pipeline;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks.Suite;

/// <summary>Measures groups one after the other: what fails is reported and left out, the rest continues.</summary>
internal sealed class SuiteRun(SuiteOptions options)
{
    private static readonly TimeSpan RowTimeout = TimeSpan.FromMinutes(15);

    private readonly DateTime _begin = DateTime.UtcNow;
    private readonly List<string> _faults = [];

    /// <summary>The groups of kernels and of the pipeline.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. Kernels.All.Select(static k => k.Kernel.Group).Distinct(), .. PipelineTables.Groups];

    /// <summary>Measures and writes the tables' files.</summary>
    /// <returns>What failed.</returns>
    public IReadOnlyList<string> Run()
    {
        Directory.CreateDirectory(options.Scratch);
        foreach ((Type type, KernelAttribute kernel) in Kernels.All.Where(k => options.Has(k.Kernel.Group))) MeasureKernels(type, kernel);
        foreach (string group in PipelineTables.Groups.Where(options.Has)) Guarded(group, () => PipelineTables.Measure(group, options, Tell));
        return _faults;
    }

    private void MeasureKernels(Type type, KernelAttribute kernel)
    {
        IReadOnlyList<string> rows = Kernels.RowsOf(type, options.Quick);
        Tell($"{kernel.Group}: {type.Name}, {rows.Count} rows");
        MachineFacts machine = options.Machine with { Date = DateTime.UtcNow };
        List<MeasuredRow> measured = [];
        foreach (string row in rows)
        {
            Guarded($"{type.Name} {row}", () =>
            {
                string file = Path.Combine(options.Scratch, "row.json");
                File.Delete(file);
                ChildProcess.Own(options, RowTimeout, "row", type.Name, row, file);
                measured.Add(ProductJson.Read<MeasuredRow>(file));
                Tell("  " + measured[^1]);
            });
        }

        new MeasuredTable { Name = type.Name, Machine = machine, Rows = [.. measured] }.Write(options.Results);
    }

    private void Guarded(string what, Action measure)
    {
        try
        {
            measure();
        }
#pragma warning disable CA1031 // told at the end; the other rows do not suffer
        catch (Exception e)
#pragma warning restore CA1031
        {
            _faults.Add($"{what}: {e.Message}");
            Tell($"FAILED: {_faults[^1]}");
        }
    }

    private void Tell(string line) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{DateTime.UtcNow - _begin:mm\\:ss}] {line}"));
}

/// <summary>What is measured and where it goes.</summary>
internal sealed record SuiteOptions
{
    /// <summary>Whether rows that take long are left out.</summary>
    public bool Quick { get; init; }

    /// <summary>The groups; empty means all.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Where the pages and <c>measured/</c> go.</summary>
    public required string Results { get; init; }

    /// <summary>For files that are needed while it runs, and for the children's output.</summary>
    public required string Scratch { get; init; }

    /// <summary>The published program's <c>nnunet.dll</c>.</summary>
    public required string Program { get; init; }

    /// <summary>A Decathlon task (imagesTr, labelsTr, imagesTs, dataset.json) to measure on instead of computed images; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>The machine, with the load that it had before the run.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The children's output.</summary>
    public string LogFile => Path.Combine(Scratch, "output.log");

    /// <summary>Whether a group is to be measured.</summary>
    public bool Has(string group) => Groups.Count == 0 || Groups.Contains(group);
}
