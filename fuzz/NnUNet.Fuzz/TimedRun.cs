using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace NnUNet.Fuzz;

/// <summary>Reads mutations of a target's corpus for a while, in this process and without any tool; keeps what a reader does not take well.</summary>
internal static class TimedRun
{
    // What a reader of a small file may take; more is a finding.
    private const long MostBytes = 64L << 20;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);
    private static readonly byte[] Nasty = [0, 1, 0x7f, 0x80, 0xff, (byte)'.', (byte)'/', (byte)'R', (byte)'Q', (byte)'b', (byte)'9'];

    /// <summary>Runs, and prints what was found.</summary>
    /// <returns>0 where nothing was found, else 1.</returns>
    public static int Of(string target, TimeSpan length, int seed)
    {
        byte[][] corpus = [.. Directory.GetFiles(CorpusOf(target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        string folder = Directory.CreateTempSubdirectory("nnunet-fuzz-").FullName;
        string findings = Path.GetFullPath(Path.Combine("artifacts", "findings", target));
        Random random = new(seed);
        Stopwatch clock = Stopwatch.StartNew();
        long runs = 0;
        int found = 0;
        Console.WriteLine($"{target}: {corpus.Length} seeds, seed of the mutations {seed}");
        for (; clock.Elapsed < length; runs++)
        {
            byte[] input = IsJson(target) && random.Next(4) > 0 ? OtherJson(corpus, random) : Mutated(corpus, random);
            if (Fault(target, folder, input) is not { } fault) continue;
            found++;
            Directory.CreateDirectory(findings);
            string path = Path.Combine(findings, $"{seed}-{runs}");
            File.WriteAllBytes(path, input);
            Console.WriteLine($"{path}: {fault}");
        }

        Directory.Delete(folder, recursive: true);
        Console.WriteLine($"{target}: {runs} inputs in {clock.Elapsed.TotalMinutes:0.0} minutes, {found} findings");
        return found == 0 ? 0 : 1;
    }

    private static string? Fault(string target, string folder, byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch clock = Stopwatch.StartNew();
        try
        {
            FuzzTargets.Run(target, folder, input);
        }
#pragma warning disable CA1031 // whatever leaves a reader undescribed is a finding
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e.ToString();
        }

        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        if (taken > MostBytes) return $"{taken} bytes were allocated for {input.Length} bytes";
        return clock.Elapsed > MostTime ? $"it took {clock.Elapsed.TotalSeconds:0} seconds" : null;
    }

    private static bool IsJson(string target) => target.EndsWith("_json", StringComparison.Ordinal);

    private static byte[] OtherJson(byte[][] corpus, Random random)
    {
        byte[] seed = corpus[random.Next(corpus.Length)];
        try
        {
            return Encoding.UTF8.GetBytes(JsonMutator.Mutate(Encoding.UTF8.GetString(seed), random));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return seed; // a seed with comments, or half a character among the values
        }
    }

    private static byte[] Mutated(byte[][] corpus, Random random)
    {
        List<byte> bytes = [.. corpus[random.Next(corpus.Length)]];
        for (int changes = random.Next(1, 8); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 1 << random.Next(1, 12))));
                    break;
                case 1:
                    bytes.InsertRange(at, Part(corpus[random.Next(corpus.Length)], random));
                    break;
                case 2:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 16)));
                    break;
                case 3 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 4 when at + 8 <= bytes.Count:
                    byte[] number = BitConverter.GetBytes(random.Next(4) switch { 0 => -1L, 1 => long.MaxValue, 2 => int.MaxValue, _ => 1L << random.Next(63) });
                    for (int i = 0; i < number.Length; i++) bytes[at + i] = number[i];
                    break;
                case 5 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    if (at < bytes.Count) bytes[at] = Nasty[random.Next(Nasty.Length)];
                    break;
            }
        }

        return [.. bytes];
    }

    private static IEnumerable<byte> Part(byte[] other, Random random)
    {
        int start = random.Next(other.Length + 1);
        return other.Skip(start).Take(random.Next(1, 64));
    }

    private static string CorpusOf(string target)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string corpus = Path.Combine(at.FullName, "fuzz", "corpus", target);
            if (Directory.Exists(corpus)) return corpus;
        }

        throw new DirectoryNotFoundException($"no fuzz/corpus/{target} above {AppContext.BaseDirectory}");
    }
}
