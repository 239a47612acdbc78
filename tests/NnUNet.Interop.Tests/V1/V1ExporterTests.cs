using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V1;

/// <summary>Models back to Python, from the model that the original exported and from one of ours.</summary>
public sealed class V1ExporterTests : IDisposable
{
    private const string Model = "3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1";
    private const string Fold = "fold_0/model_final_checkpoint.model";

    // What the recorded files of the original consist of: Python's pickler with protocol 4, torch's with protocol 2.
    private static readonly string[] Names =
        ["collections.OrderedDict", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar", "numpy.dtype", "numpy.ndarray", "torch._utils._rebuild_tensor_v2", "torch.FloatStorage", "_codecs.encode"];

    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public void Export_TheOriginalsModel_ReadsBackBitByBit()
    {
        // Given
        ZipFile.ExtractToDirectory(TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"), _folder.Root);
        ModelFolder model = Open(_folder[Model]);

        // When
        V1ExportReport report = V1Exporter.Export(model, _folder["out"]);
        V1Exporter.Export(model, _folder["again"]);

        // Then
        Assert.Equal(["0"], report.Folds);
        Assert.Empty(report.Warnings);
        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(model.Plan!), ProductJson.ToNode(Open(_folder["out"]).Plan!)));
        using StoredWeights before = new V1ModelFormat().OpenWeights(_folder[$"{Model}/{Fold}"]);
        using StoredWeights after = new V1ModelFormat().OpenWeights(_folder[$"out/{Fold}"]);
        Assert.Equal(before.Weights.Select(static w => (w.Name, w.Shape)), after.Weights.Select(static w => (w.Name, w.Shape)));
        Assert.All(before.Weights.Zip(after.Weights), static pair => Assert.Equal(pair.First.Read(), pair.Second.Read()));
        Assert.Equal(File.ReadAllBytes(_folder[$"out/{Fold}"]), File.ReadAllBytes(_folder[$"again/{Fold}"]));
    }

    [SkippableFact]
    public void Export_TheOriginalsModel_WritesPicklesOfItsOperationsAndNamesOnly()
    {
        // Given
        ZipFile.ExtractToDirectory(TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"), _folder.Root);
        V1Exporter.Export(Open(_folder[Model]), _folder["out"]);
        HashSet<string> plain = [.. PickleOperations.Of(File.ReadAllBytes(_folder[Model + "/plans.pkl"])), .. PickleOperations.Of(File.ReadAllBytes(_folder[$"{Model}/{Fold}.pkl"]))];
        HashSet<string> torch = PickleOperations.Of(Content(_folder[$"{Model}/{Fold}"]));

        // Then
        Assert.Subset(plain, PickleOperations.Of(File.ReadAllBytes(_folder["out/plans.pkl"])));
        Assert.Subset(plain, PickleOperations.Of(File.ReadAllBytes(_folder[$"out/{Fold}.pkl"])));
        Assert.Subset(torch, PickleOperations.Of(Content(_folder[$"out/{Fold}"])));
        Assert.Subset(Names.ToHashSet(), PickleOperations.Names(File.ReadAllBytes(_folder["out/plans.pkl"])));
        Assert.Subset(Names.ToHashSet(), PickleOperations.Names(File.ReadAllBytes(_folder[$"out/{Fold}.pkl"])));
        Assert.Subset(Names.ToHashSet(), PickleOperations.Names(Content(_folder[$"out/{Fold}"])));
    }

    [SkippableFact]
    public void Export_OneOfOurs_HasWhatTheOriginalReads()
    {
        // Given
        string source = WriteOurs(_folder[$"nnUNet/{Model}"]);

        // When
        V1ExportReport report = V1Exporter.Export(Open(source), _folder["out"]);
        PickleDictionary record = (PickleDictionary)PickleFile.Read(_folder[$"out/{Fold}.pkl"])!;
        PickleDictionary plans = (PickleDictionary)record["plans"]!;
        using TorchFile file = TorchFile.Open(_folder[$"out/{Fold}"]);
        PickleDictionary content = (PickleDictionary)file.Content!;

        // Then: nnUNetTrainer.process_plans, NetworkTrainer.load_checkpoint_ram
        Assert.Empty(report.Warnings);
        Assert.Equal(["init", "name", "class", "plans"], record.Keys);
        Assert.Equal("nnUNetTrainerV2", record["name"]);
        Assert.Equal(
            ["Task004_Hippocampus/nnUNetPlansv2.1_plans_3D.pkl", 0L, "nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1", "Task004_Hippocampus", false, 0L, true, false, true],
            (PickleTuple)record["init"]!);
        Assert.Equal([0L], ((PickleDictionary)plans["plans_per_stage"]!).Keys);
        PickleDictionary stage = (PickleDictionary)((PickleDictionary)plans["plans_per_stage"]!)[0L]!;
        Assert.Equal([40L, 56L, 40L], ((PickleArray)stage["patch_size"]!).Elements());
        Assert.Equal("<f8", ((PickleArray)stage["current_spacing"]!).DType);
        Assert.Equal([0L], ((PickleDictionary)plans["modalities"]!).Keys);
        Assert.All(["keep_only_largest_region", "min_region_size_per_class", "min_size_per_class"], key => Assert.Null(plans[key]));
        Assert.Equal(["epoch", "state_dict", "optimizer_state_dict", "lr_scheduler_state_dict", "plot_stuff", "best_stuff"], content.Keys);
        Assert.Equal(2L, content["epoch"]);
        Assert.Equal([0.5, 0.25], (List<object?>)((PickleTuple)content["plot_stuff"]!)[3]!);
        Assert.Equal([1f, 2, 3], ((TensorView)((PickleDictionary)content["state_dict"]!)[First]!).ReadFloat32()[..3]);
    }

    [SkippableFact]
    public void Export_WithATrainerThatBuildsAnotherNetwork_Warns()
    {
        // Given
        string source = WriteOurs(_folder[$"nnUNet/{Model}"]);

        // When
        V1ExportReport report = V1Exporter.Export(Open(source), _folder["a"], "nnUNetTrainerV2_ReLU_convReLUIN");
        V1ExportReport unknown = V1Exporter.Export(Open(source), _folder["b"], "MyTrainer");

        // Then
        Assert.Contains(report.Warnings, static w => w.Contains("nonlin.name ReLU, this model with LeakyReLU", StringComparison.Ordinal));
        Assert.Contains(unknown.Warnings, static w => w.Contains("the original has no trainer MyTrainer", StringComparison.Ordinal));
        Assert.Contains("the folder is not empty", Assert.Throws<DescribedException>(() => V1Exporter.Export(Open(source), _folder["a"])).What, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private const string First = "conv_blocks_context.0.blocks.0.conv.weight";

    private static ModelFolder Open(string folder)
    {
        Assert.Contains("nnunet_v1", Catalog<ModelFormat>.Names);
        return ModelFolder.Open(folder);
    }

    /// <summary>A model folder of ours whose weights are too few to compute with, but enough to tell the network.</summary>
    private static string WriteOurs(string folder)
    {
        Plan plan = ProductJson.Read<Plan>(TestData.Golden("hippocampus/nnUNetPlansv2.1_plans_3D.json"));
        ProductJson.Write(Path.Combine(folder, "plans.json"), plan with
        {
            Network = new NetworkDescription { Name = "Generic_UNet", Arguments = JsonSerializer.SerializeToElement(new { nonlin = new { name = "LeakyReLU" } }), MirrorAxes = [0, 1, 2] },
        });
        (string Name, long[] Shape)[] tensors =
        [
            (First, [4, 1, 3, 3, 3]), ("conv_blocks_context.0.blocks.0.instnorm.weight", [4]), ("conv_blocks_context.1.0.blocks.0.conv.weight", [8, 4, 3, 3, 3]),
            ("tu.0.weight", [8, 4, 2, 2, 2]), ("seg_outputs.0.weight", [3, 4, 1, 1, 1]), ("momentum/" + First, [1]),
        ];
        const string Record = """{"state":{"best_epoch":1,"best_val_eval_criterion_MA":0.25,"curves":[{"train_loss":1,"validation_loss":2,"evaluation_metric":0.5},{"train_loss":3,"validation_loss":4,"evaluation_metric":0.25}]}}""";
        SafetensorsFile.Write(
            Path.Combine(folder, "fold_0/model_final_checkpoint.safetensors"),
            [.. tensors.Select(static t => SafetensorsItem.From<float>(t.Name, Enumerable.Range(1, (int)t.Shape.Aggregate(1L, static (a, b) => a * b)).Select(static i => (float)i).ToArray(), t.Shape))],
            new Dictionary<string, string> { ["record"] = Record });
        return folder;
    }

    private static byte[] Content(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using Stream stream = zip.Entries.Single(static e => e.Name == "data.pkl").Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
