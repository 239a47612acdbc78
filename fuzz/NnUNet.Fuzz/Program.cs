using NnUNet.Fuzz;
using SharpFuzz;

if (args is [var timed, "--minutes", var minutes, ..] && FuzzTargets.Names.Contains(timed) && double.TryParse(minutes, System.Globalization.CultureInfo.InvariantCulture, out double length))
{
    int seed = args is [_, _, _, "--seed", var given] ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
    return TimedRun.Of(timed, TimeSpan.FromMinutes(length), seed);
}

if (args.Length != 1 || !FuzzTargets.Names.Contains(args[0]))
{
    string names = string.Join('|', FuzzTargets.Names);
    Console.Error.WriteLine($"usage: NnUNet.Fuzz {names} --minutes N [--seed S]   (mutations of the corpus in this process)");
    Console.Error.WriteLine($"       NnUNet.Fuzz {names}   (under afl-fuzz, after \"sharpfuzz NnUNet.Imaging.dll\")");
    return 2;
}

string folder = Directory.CreateTempSubdirectory("nnunet-fuzz-").FullName;
Fuzzer.OutOfProcess.Run(stream =>
{
    using MemoryStream bytes = new();
    stream.CopyTo(bytes);
    FuzzTargets.Run(args[0], folder, bytes.ToArray());
});
return 0;
