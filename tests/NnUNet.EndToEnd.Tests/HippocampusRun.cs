using System.Text.Json.Nodes;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The whole path on 12 training cases of the hippocampus, once for all tests of the collection.</summary>
[CollectionDefinition(Tests)]
public sealed class HippocampusRun : ICollectionFixture<HippocampusRun>, ICollectionFixture<PackedPackages>, IDisposable
{
    /// <summary>The name of the collection of tests that use it.</summary>
    public const string Tests = "hippocampus";

    private const int TrainingCases = 12;
    private const int TestCases = 3;
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<IReadOnlyDictionary<string, string>> _outputs;

    public HippocampusRun() => _outputs = new Lazy<IReadOnlyDictionary<string, string>>(RunAll);

    /// <summary>What each command printed, by its name. The first access runs them all; each must end with 0.</summary>
    public IReadOnlyDictionary<string, string> Outputs => _outputs.Value;

    public string RawTask => _folder["w/raw/nnUNet_raw_data/Task004_Hippocampus"];

    public string PreprocessedTask => _folder["w/preprocessed/Task004_Hippocampus"];

    public string Model => _folder["w/results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1"];

    public string Predictions => _folder["predictions"];

    public IReadOnlyList<string> TestIds { get; private set; } = [];

    public void Dispose() => _folder.Dispose();

    internal ProgramResult Run(params string[] args) => BuiltProgram.Run([.. args, "--workspace", _folder["w"]]);

    private Dictionary<string, string> RunAll()
    {
        string task = MakeSubset(TestData.Data("Task04_Hippocampus"), _folder["Task04_Hippocampus"]);
        return new Dictionary<string, string>
        {
            ["convert"] = Run("nnUNet_convert_decathlon_task", "-i", task).MustSucceed().Output,
            ["preprocess"] = Run("nnUNet_plan_and_preprocess", "-t", "4", "--verify_dataset_integrity").MustSucceed().Output,
            ["again"] = Run("nnUNet_plan_and_preprocess", "-t", "Task004_Hippocampus").MustSucceed().Output,
            ["train"] = Run("nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "4", "0", "--epochs", "3", "--iterations", "30").MustSucceed().Output,
            ["predict"] = Run("nnUNet_predict", "-i", Path.Combine(RawTask, "imagesTs"), "-o", Predictions, "-t", "4", "-m", "3d_fullres", "-f", "0").MustSucceed().Output,
            ["evaluate"] = Run("nnUNet_evaluate_folder", "-ref", _folder["Task04_Hippocampus/labelsTs"], "-pred", Predictions, "-l", "1", "2").MustSucceed().Output,
        };
    }

    private string MakeSubset(string original, string copy)
    {
        JsonObject description = JsonNode.Parse(File.ReadAllText(Path.Combine(original, "dataset.json")))!.AsObject();
        JsonNode[] training = [.. description["training"]!.AsArray().Take(TrainingCases).Select(static entry => entry!.DeepClone())];
        string[] test = [.. description["test"]!.AsArray().Take(TestCases).Select(static entry => (string)entry!)];
        TestIds = [.. test.Select(static path => Path.GetFileName(path)[..^".nii.gz".Length])];
        foreach (string file in training.SelectMany(static entry => (string[])[(string)entry["image"]!, (string)entry["label"]!]).Concat(test)) Copy(file);
        foreach (string id in TestIds) Copy($"labelsTs/{id}.nii.gz");
        description["training"] = new JsonArray(training);
        description["test"] = new JsonArray([.. test.Select(static path => (JsonNode)path!)]);
        File.WriteAllText(Path.Combine(copy, "dataset.json"), description.ToJsonString());
        return copy;

        void Copy(string file)
        {
            string to = Path.Combine(copy, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(original, file), to);
        }
    }
}
