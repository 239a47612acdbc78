using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>A toy task in the image format of the sample AddAnImageFormat, from the raw files to a model, once for all tests of a class.</summary>
public sealed class AddAnImageFormatRun : IDisposable
{
    /// <summary>The ending of the sample's images.</summary>
    public const string Ending = ".vox";

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<IReadOnlyDictionary<string, string>> _outputs;

    public AddAnImageFormatRun() => _outputs = new Lazy<IReadOnlyDictionary<string, string>>(RunAll);

    /// <summary>What each command printed, by its name. The first access runs them all; each must end with 0.</summary>
    public IReadOnlyDictionary<string, string> Outputs => _outputs.Value;

    public string Raw => _folder["w/raw/nnUNet_raw_data/Task900_Tiny"];

    public string TestImages => Path.Combine(Raw, "imagesTs");

    public string Model => _folder["w/results/nnUNet/2d/Task900_Tiny/nnUNetTrainerV2__nnUNetPlansv2.1"];

    /// <summary>A model folder of the sample's own format with the weights of the trained one.</summary>
    public string SmallModel => _folder["small"];

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    internal ProgramResult Run(params string[] args) => BuiltProgram.Run([.. args, "--workspace", _folder["w"], "--plugin", TestData.Sample("AddAnImageFormat")]);

    private Dictionary<string, string> RunAll()
    {
        PluginLoader.Load(TestData.Sample("AddAnImageFormat"));
        SyntheticDataset.Write(Raw, new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 20 });
        foreach (string path in Directory.GetFiles(Raw, "*.nii.gz", SearchOption.AllDirectories)) ToVox(path);
        File.Delete(Path.Combine(Raw, DatasetDescription.FileName));
        string[] predict = ["nnUNet_predict", "-i", TestImages, "-t", "900", "-m", "2d", "--disable_tta"];
        Dictionary<string, string> outputs = new()
        {
            ["describe"] = Text("generate_dataset_json", Raw, "--channels", "MRI", "--labels", "background", "sphere", "box"),
            ["preprocess"] = Text("nnUNet_plan_and_preprocess", "-t", "900", "-pl3d", "None", "--verify_dataset_integrity"),
            ["train 0"] = Text("nnUNet_train", "2d", "nnUNetTrainerV2", "900", "0", "--epochs", "1", "--iterations", "1"),
            ["train 1"] = Text("nnUNet_train", "2d", "nnUNetTrainerV2", "900", "1", "--epochs", "1", "--iterations", "1"),
            ["predict 0"] = Text([.. predict, "-f", "0", "-z", "-o", _folder["fold 0"]]),
            ["predict 1"] = Text([.. predict, "-f", "1", "-z", "-o", _folder["fold 1"], "--ending", ".nii.gz"]),
            ["ensemble"] = Text("nnUNet_ensemble", "-f", _folder["fold 0"], _folder["fold 1"], "-o", _folder["both"]),
            ["evaluate"] = Text("nnUNet_evaluate_folder", "-ref", Path.Combine(Raw, "labelsTs"), "-pred", _folder["fold 0"], "-l", "1", "2", "--metrics", "Volume Similarity"),
            ["overlay"] = Text("overlay", "-i", TestImages, "-p", _folder["fold 0"], "-r", Path.Combine(Raw, "labelsTs"), "-o", _folder["pictures"]),
            ["run"] = Text("run", "-t", "900", "-m", "2d", "-f", "0", "1", "-i", TestImages, "-o", _folder["run"], "--epochs", "1", "--iterations", "1", "--disable_tta", "-pl3d", "None"),
        };
        MakeSmallModel();
        return outputs;
    }

    private string Text(params string[] args) => Run(args).MustSucceed().Output;

    private static void ToVox(string path)
    {
        string vox = path[..^".nii.gz".Length] + Ending;
        if (Path.GetFileName(Path.GetDirectoryName(path))!.StartsWith("labels", StringComparison.Ordinal)) ImageFile.WriteLabels(vox, ImageFile.ReadLabels(path));
        else ImageFile.WriteVolume(vox, ImageFile.ReadVolume(path));
        File.Delete(path);
    }

    /// <summary>Says in the sample's <c>model.json</c> what the trained model's plan says, and takes over the weights.</summary>
    private void MakeSmallModel()
    {
        JsonNode plan = JsonNode.Parse(File.ReadAllText(Path.Combine(Model, "plans.json")))!;
        JsonNode stage = plan["plans_per_stage"]!["0"]!;
        JsonObject model = new()
        {
            ["channels"] = new JsonArray("MRI"),
            ["labels"] = new JsonArray("sphere", "box"),
            ["spacing"] = stage["current_spacing"]!.DeepClone(),
            ["tile"] = stage["patch_size"]!.DeepClone(),
            ["features"] = plan["base_num_features"]!.DeepClone(),
            ["network"] = plan["network"]!.DeepClone(),
        };
        Directory.CreateDirectory(Path.Combine(SmallModel, "fold_0"));
        File.WriteAllText(Path.Combine(SmallModel, "model.json"), model.ToJsonString());
        File.Copy(Path.Combine(Model, "fold_0", "model_final_checkpoint.safetensors"), Path.Combine(SmallModel, "fold_0", "model_final_checkpoint.safetensors"));
    }
}
