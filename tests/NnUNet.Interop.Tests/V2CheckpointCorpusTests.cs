using CsCheck;
using NnUNet.Fuzz;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests;

/// <summary>Replays the fuzzing corpus of checkpoints of nnU-Net v2 and mutations of it: the network is told or refused in words, and little is allocated.</summary>
public sealed class V2CheckpointCorpusTests
{
    private const long FewBytes = 64 << 20;

    public static TheoryData<string> Corpus => [.. Directory.GetFiles(Folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "v2checkpoint");

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Replay_ReadsWhatIsSound_AndRefusesTheRestInWords(string file)
    {
        using TemporaryFolder folder = new();

        string? refusal = FuzzTargets.Refusal("v2checkpoint", folder.Root, File.ReadAllBytes(Path.Combine(Folder, file)));

        Assert.Equal(file.StartsWith("refused_", StringComparison.Ordinal), refusal is not null);
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void ReplayMutated_ReadsOrRefusesInWords_AndAllocatesLittle(string file)
    {
        using TemporaryFolder folder = new();
        byte[] seed = File.ReadAllBytes(Path.Combine(Folder, file));
        Gen.Select(Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte).Array[1, 8], Gen.Int[0, 3 * seed.Length]).Sample(
            (changes, length) =>
            {
                // Given
                byte[] mutated = [.. seed];
                foreach ((int at, byte value) in changes) mutated[at] = value;
                if (length < seed.Length) mutated = mutated[..length];

                // When
                long before = GC.GetAllocatedBytesForCurrentThread();
                FuzzTargets.Run("v2checkpoint", folder.Root, mutated);

                // Then
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FewBytes);
            },
            seed: "cAEtweXh4fZ2",
            iter: 300,
            threads: 1);
    }
}
