using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Running;
using NnUNet.Benchmarks;
using NnUNet.Benchmarks.Suite;
using NnUNet.Foundation;

// bench/run calls this program with suite and pages; the suite calls it once more for each row, so that each has a process of its own.
switch (args)
{
    case ["nothing"]:
        return 0;
    case ["groups"]:
        Console.WriteLine(string.Join(' ', SuiteRun.Groups));
        return 0;
    case ["suite", .. string[] rest]:
        return SuiteCommand.Run(rest);
    case ["pages", var templates, var results, var readme, var machine]:
        return PagesCommand.Run(templates, results, readme, machine);
    case ["row", var type, var id, var file]:
        return Kernels.MeasureRow(type, id, file) ? 0 : 1;
    case ["large-export", var shrink, var file]:
        ProductJson.Write(file, LargeExport.Run(int.Parse(shrink, CultureInfo.InvariantCulture), Path.GetDirectoryName(Path.GetFullPath(file))!));
        return 0;
    case ["many-predictions", var count, var file]:
        ProductJson.Write(file, ManyPredictions.Run(int.Parse(count, CultureInfo.InvariantCulture)));
        return 0;
    case ["many-segmentations", var count, var file]:
        ProductJson.Write(file, ManySegmentations.Run(int.Parse(count, CultureInfo.InvariantCulture)));
        return 0;
    case ["many-iterations", var count, var file]:
        ProductJson.Write(file, ManyIterations.Run(int.Parse(count, CultureInfo.InvariantCulture)));
        return 0;
    case ["read-formats", var scripts, var modules, var python, var file]:
        ProductJson.Write(file, ReadFormats.Run(scripts, modules, python));
        return 0;
    case ["total-bundle", var file, var program, var folder, .. string[] bundles]:
        ProductJson.Write(file, TotalBundle.Run(program, folder, bundles));
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
        return 0;
}
