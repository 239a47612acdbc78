using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Json.Schema;
using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Cli.Tests.Commands;

public sealed class BundleCommandTests : IDisposable
{
    private const string ModelFolder = "results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d";
    private static readonly string SchemaPath = Path.Combine(TestData.RepositoryRoot(), "docs", "schemas", "files", "bundle.json");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Shipped() => [.. BundleDescriptions.All().Select(static b => b.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void List_NamesEveryBundle_AndWhatIsNotSupported()
    {
        ProgramRun run = ProgramRun.Of("bundle", "list", "--workspace", _folder.Root);

        Assert.Equal(0, run.ExitCode);
        Assert.All(BundleDescriptions.All(), b => Assert.Contains($"  {b.Name} ", run.Output, StringComparison.Ordinal));
        Assert.Contains("0 of 5", run.Output, StringComparison.Ordinal);
        Assert.Contains("heartchambers_highres", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_TellsModelsLabelsAndHowToGetThem()
    {
        Directory.CreateDirectory(_folder["results/Dataset292_Mine/nnUNetTrainerNoMirroring__nnUNetPlans__3d_fullres"]);

        ProgramRun run = ProgramRun.Of("bundle", "info", "total", "--workspace", _folder.Root);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("licence        Apache-2.0", run.Output, StringComparison.Ordinal);
        Assert.Contains("models         organs: not here; https://github.com/wasserth/TotalSegmentator/releases/download/v2.0.0-weights/Dataset291_TotalSegmentator_part1_organs_1559subj.zip", run.Output, StringComparison.Ordinal);
        Assert.Contains($"vertebrae: {_folder["results/Dataset292_Mine/nnUNetTrainerNoMirroring__nnUNetPlans__3d_fullres"]}", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 spleen, 2 kidney_right", run.Output, StringComparison.Ordinal);
        Assert.Contains("variant        fast: total_fast", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_PrintsABundle_ThatIsOneAgain()
    {
        ProgramRun run = ProgramRun.Of("bundle", "show", "total_mr");

        Assert.Equal(ProductJson.Print(BundleDescriptions.Find("total_mr")), ProductJson.Print(ProductJson.Parse<Bundle>("shown.json", run.Output)));
    }

    [Theory]
    [InlineData("download", "brain_structures", "for a licence only")]
    [InlineData("info", "totl", "did you mean total")]
    [InlineData("install", "nowhere.zip", "there is no such file")]
    public void ABundleThatThereIsNot_IsRefused(string action, string name, string expected)
    {
        ProgramRun run = ProgramRun.Of("bundle", action, name, "--workspace", _folder.Root);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "total")]
    [InlineData("info")]
    [InlineData("remove", "total")]
    public void WrongWords_AreWrongUsage(params string[] words) => Assert.Equal(2, ProgramRun.Of(["bundle", .. words]).ExitCode);

    [Fact]
    public void Install_PutsTheModelsOfAnArchiveIntoTheResults()
    {
        string zip = Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "modelzip", "own.zip");

        ProgramRun run = ProgramRun.Of("bundle", "install", zip, "--workspace", _folder.Root);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Installed: ", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Download_OfAWholeArchive_InstallsIt_AndSaysSoTheNextTime()
    {
        // Given
        byte[] zip = Archive();
        using LoopbackServer server = new(LoopbackServer.Whole(zip));
        string bundle = Downloadable(server, zip.Length, zip);

        // When
        ProgramRun first = Bundle("download", bundle), again = Bundle("download", bundle), forced = Bundle("download", bundle, "--force");

        // Then
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("Licence of the weights: mine", first.Output, StringComparison.Ordinal);
        Assert.Contains($"From: {server.Url()}", first.Output, StringComparison.Ordinal);
        Assert.Contains($"Installed: {_folder[ModelFolder]}", first.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder[ModelFolder + "/plans.json"]));
        Assert.Contains($"There already: {_folder[ModelFolder]}", again.Output, StringComparison.Ordinal);
        Assert.Contains("Replaced: ", forced.Output, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [SkippableFact]
    public void Download_ThatIsCut_GoesOnWhereItStopped()
    {
        byte[] zip = Archive();
        using LoopbackServer server = new(LoopbackServer.CutOff(zip, 300), LoopbackServer.From(zip, 300));

        ProgramRun run = Bundle("download", Downloadable(server, zip.Length, zip));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("Range: bytes=300-", server.Requests.ToArray()[1], StringComparison.OrdinalIgnoreCase);
        Assert.True(File.Exists(_folder[ModelFolder + "/plans.json"]));
    }

    [SkippableTheory]
    [InlineData("length", "bytes")]
    [InlineData("hash", "sha256")]
    [InlineData("missing", "404")]
    public void Download_OfWhatIsNotTheArchive_InstallsNothing_AndSaysWhy(string what, string expected)
    {
        // Given
        byte[] zip = Archive();
        using LoopbackServer server = new(what == "missing" ? LoopbackServer.Answer("404 Not Found", "Content-Length: 0\r\n", []) : LoopbackServer.Whole(zip));
        string bundle = Downloadable(server, what == "length" ? zip.Length + 1 : zip.Length, what == "hash" ? [1, 2, 3] : zip);

        // When
        ProgramRun run = Bundle("download", bundle);

        // Then
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(server.Url().ToString(), run.Error, StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder[ModelFolder]));
        Assert.Empty(Directory.Exists(_folder["results"]) ? Directory.GetFiles(_folder["results"], "*", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public void Segment_ByABundleOfOnesOwn_WritesTheSegmentation()
    {
        // Given
        using SmallModel model = new();
        ImageFile.WriteVolume(_folder["a.nii.gz"], SmallModel.Image());
        File.WriteAllText(_folder["mine.json"], $$"""{"format": "nnunet/bundle/1", "name": "mine", "description": "two halves", "licence": "mine", "labels": ["left", "right"], "grid": {"spacing": [2, 2, 2]}, "models": [{"name": "all", "folder": "{{model.Folder}}"}]}""");

        // When
        ProgramRun run = ProgramRun.Of("segment", "-b", _folder["mine.json"], "-i", _folder["a.nii.gz"], "-o", _folder["out.nii.gz"], "--roi", "left", "--device", "cpu");

        // Then
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Bundle: mine (two halves)", run.Output, StringComparison.Ordinal);
        Assert.Contains($"a: {_folder["out.nii.gz"]}", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain((short)2, ImageFile.ReadLabels(_folder["out.nii.gz"]).Voxels);
    }

    [Theory]
    [InlineData("give only one of --fast, --fastest and --variant", "--fast", "--fastest")]
    [InlineData("has no label called \"lver\"; did you mean liver?", "--roi", "lver")]
    public void Segment_WithWhatDoesNotFit_IsWrongUsage(string expected, params string[] options)
    {
        ProgramRun run = ProgramRun.Of(["segment", "-b", "total", "-i", "a.nii.gz", "-o", "b.nii.gz", "--device", "cpu", .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void BundlesInTheProgram_AreAsTheirSchemaSays(string name)
    {
        string written = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "src", "NnUNet.Core", "Bundles", "Descriptions", name + ".json"));

        Assert.Equal("", SchemaFaults(written));
        Assert.Equal("", SchemaFaults(ProductJson.Print(BundleDescriptions.Find(name))));
    }

    [Theory]
    [InlineData("\"dataset\": \"4\"", "\"dataset\": \"4\", \"folder\": \"x\"")]
    [InlineData("\"labels\": [\"a\"]", "\"labels\": [\"a/b\"]")]
    [InlineData("\"cubic_mm\": 5", "\"mm\": 5")]
    [InlineData("\"spacing\": []", "\"spacing\": [1, 1]")]
    [InlineData("\"tile_step\": 0.5", "\"tile_steps\": 0.5")]
    [InlineData("https://", "ftp://")]
    public void WhatTheProgramRefuses_TheSchemaDoesToo(string right, string wrong)
    {
        // Given
        const string Text = """
            {"format": "nnunet/bundle/1", "name": "mine", "description": "x", "labels": ["a"], "grid": {"spacing": []}, "tile_step": 0.5,
             "models": [{"name": "m", "dataset": "4", "download": {"url": "https://example.org/a.zip"}}], "cleaning": [{"step": "remove_small_components", "cubic_mm": 5}]}
            """;
        string changed = Text.Replace(right, wrong, StringComparison.Ordinal);

        // Then
        Assert.NotEqual(Text, changed);
        Assert.Equal("", SchemaFaults(Text));
        Assert.Equal("mine", ProductJson.Parse<Bundle>("mine.json", Text).Name);
        Assert.NotEqual("", SchemaFaults(changed));
        Assert.ThrowsAny<DescribedException>(() => ProductJson.Parse<Bundle>("mine.json", changed));
    }

    [Fact]
    public void TheSchema_HasTheKeysStepsAndResamplersOfTheProgram()
    {
        JsonNode schema = JsonNode.Parse(File.ReadAllText(SchemaPath))!;
        foreach ((Type type, JsonNode part) in new (Type, JsonNode)[]
        {
            (typeof(Bundle), schema), (typeof(BundleModel), schema["$defs"]!["model"]!), (typeof(BundleGrid), schema["$defs"]!["grid"]!), (typeof(BundleCrop), schema["$defs"]!["crop"]!),
            (typeof(BundleSplit), schema["$defs"]!["split"]!), (typeof(BundleDownload), schema["$defs"]!["download"]!),
        })
        {
            Assert.Equal(JsonShape.KeysOf(type).Order(StringComparer.Ordinal), part["properties"]!.AsObject().Select(static p => p.Key).Order(StringComparer.Ordinal));
        }

        Assert.Equal(Catalog<CleaningStep>.Names.Order(StringComparer.Ordinal), schema["$defs"]!["step"]!["oneOf"]!.AsArray().Select(static s => (string)s!["properties"]!["step"]!["const"]!).Order(StringComparer.Ordinal));
        Assert.Equal(Catalog<GridResampler>.Names, schema["$defs"]!["grid"]!["properties"]!["resampler"]!["enum"]!.AsArray().Select(static s => (string)s!));
    }

    [Fact]
    public void EveryBundleStepAndKey_IsOnThePage()
    {
        string page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "models-from-elsewhere.md"));

        Assert.All(BundleDescriptions.All(), b => Assert.Contains($"`{b.Name}`", page, StringComparison.Ordinal));
        Assert.All(Catalog<CleaningStep>.Names.Concat(Catalog<GridResampler>.Names).Concat(BundleDescriptions.LicensedTasks), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
        Assert.All(
            new[] { typeof(Bundle), typeof(BundleModel), typeof(BundleGrid), typeof(BundleCrop), typeof(BundleSplit), typeof(BundleDownload) }.SelectMany(JsonShape.KeysOf).Distinct(),
            key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    /// <summary>An archive as TotalSegmentator's releases are: the data set's folder, in it the model's.</summary>
    private static byte[] Archive()
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            string golden = TestData.Golden("model_v2/results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d");
            foreach (string file in Directory.GetFiles(golden, "*", SearchOption.AllDirectories)) zip.CreateEntryFromFile(file, "Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d/" + Path.GetRelativePath(golden, file).Replace('\\', '/'));
        }

        return bytes.ToArray();
    }

    /// <summary>Writes a bundle whose model a server has.</summary>
    private string Downloadable(LoopbackServer server, long length, byte[] hashed)
    {
        string checksum = Convert.ToHexStringLower(SHA256.HashData(hashed));
        File.WriteAllText(_folder["mine.json"], $$"""
            {"format": "nnunet/bundle/1", "name": "mine", "description": "x", "licence": "mine", "labels": ["a", "b"],
             "models": [{"name": "all", "dataset": "Dataset004_Hippocampus", "configuration": "2d", "download": {"url": "{{server.Url()}}", "bytes": {{length}}, "checksum": "sha256:{{checksum}}" } }]}
            """);
        return _folder["mine.json"];
    }

    private ProgramRun Bundle(params string[] words) => ProgramRun.Of(["bundle", .. words, "--workspace", _folder.Root]);

    private static string SchemaFaults(string text)
    {
        EvaluationResults found = JsonSchema.FromText(File.ReadAllText(SchemaPath)).Evaluate(JsonNode.Parse(text), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return found.IsValid ? "" : "invalid: " + string.Join("; ", found.Details.Where(static d => d.HasErrors).SelectMany(static d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")));
    }
}
