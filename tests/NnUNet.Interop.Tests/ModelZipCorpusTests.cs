using CsCheck;
using NnUNet.Core.Models.Archives;
using NnUNet.Foundation;
using NnUNet.Fuzz;
using NnUNet.Interop.V1;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests;

/// <summary>Replays the corpus of model zips: sound ones install, hostile ones are refused in words, and nothing is written beside.</summary>
public sealed class ModelZipCorpusTests
{
    public static TheoryData<string> Sound => Files(static f => !f.StartsWith("refused_", StringComparison.Ordinal));

    public static TheoryData<string> All => Files(static _ => true);

    private static string Corpus => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "modelzip");

    [Theory]
    [MemberData(nameof(Sound))]
    public void Install_ASoundArchive_OpensItsModel(string file)
    {
        // Given
        using TemporaryFolder folder = new();
        CatalogAssemblies.Add(typeof(V1ModelFormat).Assembly);

        // When
        InstallReport report = ModelInstaller.Install(Path.Combine(Corpus, file), folder.Root);

        // Then
        Assert.Equal([folder[Path.Combine("3d_fullres", "Task001_A", "nnUNetTrainerV2__nnUNetPlansv2.1")]], report.Models.Select(Path.GetFullPath));
        Assert.Empty(report.Warnings);
    }

    [Theory]
    [InlineData("plans_that_call", "which is not on the list")]
    [InlineData("record_that_calls", "which is not on the list")]
    [InlineData("weights_that_call", "which is not on the list")]
    [InlineData("deep_plans", "nested more than")]
    [InlineData("self_containing_plans", "the model cannot be opened")]
    [InlineData("traversal", "leaves the folder")]
    [InlineData("traversal_inside", "leaves the folder")]
    [InlineData("absolute", "absolute path")]
    [InlineData("drive", "characters that file names cannot have")]
    [InlineData("link", "is a link or a device")]
    [InlineData("reserved", "reserves for a device")]
    [InlineData("bomb", "more than 100 times")]
    [InlineData("no_model", "it holds no model")]
    [InlineData("collision", "two entries would be written")]
    [InlineData("check_sum", "the check sum of")]
    [InlineData("huge_size", "more than 100 times")]
    public void Install_AHostileArchive_IsRefusedInWords_AndLeavesNothing(string name, string what)
    {
        // Given
        using TemporaryFolder folder = new();
        CatalogAssemblies.Add(typeof(V1ModelFormat).Assembly);
        InstallOptions options = new() { Limits = new ArchiveLimits { Allowance = 1 << 20 } };

        // When
        DescribedException error = Assert.ThrowsAny<DescribedException>(() => ModelInstaller.Install(Path.Combine(Corpus, $"refused_{name}.zip"), folder["models"], options));

        // Then
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ReplayMutated_InstallsOrRefusesInWords(string file)
    {
        using TemporaryFolder folder = new();
        byte[] seed = File.ReadAllBytes(Path.Combine(Corpus, file));
        Gen<(int At, byte Value)> change = Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte);
        Gen.Select(change.Array[1, 8], Gen.Int[0, 3 * seed.Length]).Sample(
            (changes, length) =>
            {
                // Given
                byte[] mutated = [.. seed];
                foreach ((int at, byte value) in changes) mutated[at] = value;
                if (length < seed.Length) mutated = mutated[..length];

                // Then: any other error leaves this call
                FuzzTargets.Run("modelzip", folder.Root, mutated);
            },
            seed: "cAEtweXh4fZ2",
            iter: 60,
            threads: 1);
    }

    private static TheoryData<string> Files(Func<string, bool> which) =>
        [.. Directory.GetFiles(Corpus).Select(static f => Path.GetFileName(f)).Where(which).Order(StringComparer.Ordinal)];
}
