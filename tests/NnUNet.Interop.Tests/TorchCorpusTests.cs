using CsCheck;
using NnUNet.Fuzz;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests;

/// <summary>Replays the fuzzing corpus of PyTorch files and mutations of it: the reader reads or refuses in words, and allocates little.</summary>
public sealed class TorchCorpusTests
{
    private const long FewBytes = 64 << 20;

    private static readonly byte[] Nasty = [0, 1, 0x7f, 0x80, 0xff, (byte)'R', (byte)'Q', (byte)'9'];

    public static TheoryData<string> Corpus => [.. Directory.GetFiles(Folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "torch");

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Replay_ReadsOrRefusesInWords(string file) => Assert.Null(Record.Exception(() => FuzzTargets.Run("torch", Path.Combine(Folder, file))));

    [Theory]
    [MemberData(nameof(Corpus))]
    public void ReplayMutated_ReadsOrRefusesInWords_AndAllocatesLittle(string file)
    {
        using TemporaryFolder folder = new();
        byte[] seed = File.ReadAllBytes(Path.Combine(Folder, file));
        Gen<(int At, byte Value)> change = Gen.Select(Gen.Int[0, seed.Length - 1], Gen.OneOf(Gen.Byte, Gen.Int[0, Nasty.Length - 1].Select(static i => Nasty[i])));
        Gen.Select(change.Array[1, 8], Gen.Int[0, 3 * seed.Length]).Sample(
            (changes, length) =>
            {
                // Given
                byte[] mutated = [.. seed];
                foreach ((int at, byte value) in changes) mutated[at] = value;
                if (length < seed.Length) mutated = mutated[..length];

                // When
                long before = GC.GetAllocatedBytesForCurrentThread();
                FuzzTargets.Run("torch", folder.Root, mutated);

                // Then
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FewBytes);
            },
            seed: "cAEtweXh4fZ2",
            iter: 300,
            threads: 1);
    }
}
