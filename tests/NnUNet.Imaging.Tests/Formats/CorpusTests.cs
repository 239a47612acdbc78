using CsCheck;
using NnUNet.Fuzz;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats;

/// <summary>Replays the fuzzing corpus and mutations of it: readers read or refuse in words, and allocate little.</summary>
public sealed class CorpusTests : IDisposable
{
    private const long FewBytes = 64 << 20;

    private static readonly byte[] Nasty = [0, 1, 0x7f, 0x80, 0xff, (byte)'{', (byte)'"', (byte)'9'];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Corpus
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string target in FuzzTargets.Names)
            {
                foreach (string file in Directory.GetFiles(CorpusFolder(target)).Order(StringComparer.Ordinal)) data.Add(target, Path.GetFileName(file));
            }

            return data;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryTargetHasACorpus()
    {
        Assert.All(FuzzTargets.Names, static target => Assert.NotEmpty(Directory.GetFiles(CorpusFolder(target))));
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Replay_ReadsOrRefusesInWords(string target, string file)
    {
        // When
        Exception? e = Record.Exception(() => FuzzTargets.Run(target, Path.Combine(CorpusFolder(target), file)));

        // Then
        Assert.Null(e);
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void ReplayMutated_ReadsOrRefusesInWords_AndAllocatesLittle(string target, string file)
    {
        byte[] seed = File.ReadAllBytes(Path.Combine(CorpusFolder(target), file));
        string folder = Path.GetDirectoryName(_folder["x"])!;
        Gen<(int At, byte Value)> change = Gen.Select(Gen.Int[0, seed.Length - 1], Gen.OneOf(Gen.Byte, Gen.Int[0, Nasty.Length - 1].Select(static i => Nasty[i])));
        Gen.Select(change.Array[1, 8], Gen.Int[0, 3 * seed.Length]).Sample(
            (changes, length) =>
            {
                // Given
                byte[] mutated = [.. seed];
                foreach ((int at, byte value) in changes) mutated[at] = value;
                if (length < seed.Length) mutated = mutated[..length];

                // When
                long allocated = Allocations.Of(() => FuzzTargets.Run(target, folder, mutated));

                // Then
                Assert.InRange(allocated, 0, FewBytes);
            },
            seed: "cAEtweXh4fZ2",
            iter: 150,
            threads: 1);
    }

    private static string CorpusFolder(string target) => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", target);
}
