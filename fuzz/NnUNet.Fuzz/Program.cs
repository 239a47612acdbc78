using NnUNet.Fuzz;
using SharpFuzz;

if (args.Length != 1 || !FuzzTargets.Names.Contains(args[0]))
{
    Console.Error.WriteLine($"usage: NnUNet.Fuzz {string.Join('|', FuzzTargets.Names)}   (under afl-fuzz, after \"sharpfuzz NnUNet.Imaging.dll\")");
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
