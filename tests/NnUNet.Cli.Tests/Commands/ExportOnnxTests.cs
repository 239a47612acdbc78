using System.Text.Json;
using Json.Schema;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Cli.Tests.Commands;

/// <summary>Models for other runtimes, from the command line.</summary>
public sealed class ExportOnnxTests : IDisposable
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "schemas", "files", "contract.json")));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "any")]
    [InlineData(true, "fixed")]
    public void TheContract_IsAsItsSchemaSays_AndEveryFileIsTold(bool slices, string tile)
    {
        using SmallModel model = new(folds: 2, slices: slices);

        ProgramRun run = ProgramRun.Of("export_onnx", model.Folder, "-o", _folder["onnx"], "--tile", tile);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.All((string[])["fold_0.onnx", "fold_1.onnx", "contract.json", "conformance/image_0000.nii.gz", "conformance/preprocessed.npy", "conformance/logits.npy", "conformance/segmentation.nii.gz"], name =>
        {
            Assert.Contains(name.Replace('/', Path.DirectorySeparatorChar), run.Output, StringComparison.Ordinal);
            Assert.True(File.Exists(_folder[$"onnx/{name}"]));
        });
        JsonElement contract = JsonDocument.Parse(File.ReadAllText(_folder["onnx/contract.json"])).RootElement;
        EvaluationResults results = Schema.Evaluate(contract, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, string.Join("; ", results.Details.Where(static d => d.Errors is not null).Select(static d => $"{d.InstanceLocation}: {string.Join(", ", d.Errors!.Values)}")));
        Assert.Equal(tile == "fixed", contract.GetProperty("fixed_tile").GetBoolean());
    }

    [Fact]
    public void ASecondStageOfACascade_HasNoFilesForComparison()
    {
        using SmallModel model = new(previousStage: true);

        ProgramRun run = ProgramRun.Of("export_onnx", model.Folder, "-o", _folder["onnx"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.False(Directory.Exists(_folder["onnx/conformance"]));
        Assert.Equal([1, 2], JsonDocument.Parse(File.ReadAllText(_folder["onnx/contract.json"])).RootElement.GetProperty("contract").GetProperty("previous_stage").GetProperty("labels").EnumerateArray().Select(static l => l.GetInt32()));
    }

    [Fact]
    public void ATileOfAnotherWord_IsRefused()
    {
        ProgramRun run = ProgramRun.Of("export_onnx", "model", "-o", _folder["onnx"], "--tile", "big");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("any, fixed", run.Error, StringComparison.Ordinal);
    }
}
