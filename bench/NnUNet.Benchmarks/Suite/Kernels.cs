using System.Diagnostics;
using System.Reflection;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using NnUNet.Foundation;
using Perfolizer.Horology;
using Perfolizer.Mathematics.OutlierDetection;

namespace NnUNet.Benchmarks.Suite;

/// <summary>The classes of the suite and their rows; each row is measured by BenchmarkDotNet in a process of its own.</summary>
/// <remarks>The row's process is ours and not BenchmarkDotNet's, so that nothing is built in between and its memory is the row's alone.</remarks>
internal static class Kernels
{
    /// <summary>The classes, in the order of their groups and names.</summary>
    public static IReadOnlyList<(Type Type, KernelAttribute Kernel)> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Select(static type => (Type: type, Kernel: type.GetCustomAttribute<KernelAttribute>()!))
            .Where(static found => found.Kernel is not null)
            .OrderBy(static found => found.Kernel.Group, StringComparer.Ordinal).ThenBy(static found => found.Type.Name, StringComparer.Ordinal),
    ];

    /// <summary>The rows of a class: baselines first within each case.</summary>
    /// <param name="type">The class.</param>
    /// <param name="quick">Without those that a quick run leaves out.</param>
    public static IReadOnlyList<string> RowsOf(Type type, bool quick)
    {
        string[] left = quick ? type.GetCustomAttribute<KernelAttribute>()!.NotQuick.Split('|', StringSplitOptions.RemoveEmptyEntries) : [];
        return
        [
            .. BenchmarkConverter.TypeToBenchmarks(type, Config(type)).BenchmarksCases
                .GroupBy(CaseOf).SelectMany(static g => g.OrderByDescending(static c => c.Descriptor.Baseline)).Select(IdOf)
                .Where(id => !left.Any(word => id.Contains(word, StringComparison.Ordinal))),
        ];
    }

    /// <summary>Measures one row here and writes it to a file.</summary>
    /// <returns>Whether BenchmarkDotNet could measure it.</returns>
    public static bool MeasureRow(string typeName, string id, string file)
    {
        Type type = All.Single(found => found.Type.Name == typeName).Type;
        Summary summary = BenchmarkRunner.Run(BenchmarkConverter.TypeToBenchmarks(type, Config(type).AddFilter(new SimpleFilter(c => IdOf(c) == id))));
        if (summary.Reports is not [{ Success: true } report] || report.GetResultRuns().Count == 0) return false;

        using Process process = Process.GetCurrentProcess();
        ProductJson.Write(file, new MeasuredRow
        {
            Case = CaseOf(report.BenchmarkCase),
            Name = report.BenchmarkCase.Descriptor.WorkloadMethod.Name,
            Baseline = report.BenchmarkCase.Descriptor.Baseline,
            Seconds = [.. report.GetResultRuns().Select(static run => run.Nanoseconds / run.Operations / 1e9)],
            PeakBytes = process.PeakWorkingSet64,
            AllocatedBytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase),
        });
        return true;
    }

    private static ManualConfig Config(Type type)
    {
        Job job = Job.Default.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(10), logOutput: true)).WithOutlierMode(OutlierMode.DontRemove);
        job = type.GetCustomAttribute<KernelAttribute>()!.Slow
            ? job.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(2).WithIterationCount(5).WithInvocationCount(1).WithUnrollFactor(1)
            // a second of warming up: the runtime compiles what is hot anew
            : job.WithWarmupCount(10).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(100)).WithEvaluateOverhead(false);
        return ManualConfig.CreateEmpty().AddJob(job).AddLogger(ConsoleLogger.Default).AddDiagnoser(MemoryDiagnoser.Default)
            .WithOptions(ConfigOptions.DisableLogFile).WithArtifactsPath(Path.Combine(Path.GetTempPath(), "nnunet-bench"));
    }

    private static string CaseOf(BenchmarkCase benchmark) => string.Join(", ", benchmark.Parameters.Items.Select(static p => p.Value is string or Enum ? p.Value.ToString() : $"{p.Name} {p.Value}"));

    private static string IdOf(BenchmarkCase benchmark) => CaseOf(benchmark) is { Length: > 0 } text
        ? $"{text}: {benchmark.Descriptor.WorkloadMethod.Name}"
        : benchmark.Descriptor.WorkloadMethod.Name;
}
