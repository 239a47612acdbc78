using System.Text;
using CsCheck;
using NnUNet.Fuzz;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests;

/// <summary>Replays the fuzzing corpus of every JSON file that is read, and changes of its values and keys: read, or refused in words.</summary>
public sealed class JsonCorpusTests
{
    private static readonly string[] Dotnet = ["System.", "Nullable", "JsonException", "Path: $", "BytePositionInLine"];

    public static TheoryData<string, string> Corpus
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string target in Targets)
            {
                foreach (string file in Directory.GetFiles(Folder(target)).Order(StringComparer.Ordinal)) data.Add(target, Path.GetFileName(file));
            }

            return data;
        }
    }

    private static IEnumerable<string> Targets => FuzzTargets.Names.Where(static t => t.EndsWith("_json", StringComparison.Ordinal));

    [Fact]
    public void EveryTargetHasACorpus() => Assert.All(Targets, static target => Assert.NotEmpty(Directory.GetFiles(Folder(target))));

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Replay_ReadsWhatIsSound_AndRefusesTheRestInWords(string target, string file)
    {
        using TemporaryFolder folder = new();

        string? refusal = FuzzTargets.Refusal(target, folder.Root, File.ReadAllBytes(Path.Combine(Folder(target), file)));

        Assert.Equal(file.StartsWith("refused_", StringComparison.Ordinal), refusal is not null);
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void ReplayChanged_ReadsOrRefusesInWords_WithoutNamesOfDotnet(string target, string file)
    {
        using TemporaryFolder folder = new();
        string seed = File.ReadAllText(Path.Combine(Folder(target), file));
        Gen.Int.Sample(
            number =>
            {
                // Given
                string changed = JsonMutator.Mutate(seed, new Random(number));

                // When
                string? refusal = FuzzTargets.Refusal(target, folder.Root, Encoding.UTF8.GetBytes(changed));

                // Then
                Assert.DoesNotContain(Dotnet, word => refusal?.Contains(word, StringComparison.Ordinal) == true);
            },
            seed: "cAEtweXh4fZ2",
            iter: 300,
            threads: 1);
    }

    private static string Folder(string target) => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", target);
}
