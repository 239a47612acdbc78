using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Running;
using NnUNet.Benchmarks;

// Peaks of memory are measured in a process of their own, once; everything else is BenchmarkDotNet's.
switch (args)
{
    case ["large-export", ..]:
        LargeExport.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1);
        break;
    case ["many-predictions", ..]:
        ManyPredictions.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
        break;
}
