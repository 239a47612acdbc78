using System.IO.Compression;
using NnUNet.Core;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A workspace of the Python original: its plan as a pickle, and a fold that it trained for six epochs. Validates the two cases of which its predictions are recorded.</summary>
internal sealed class PythonTask : IDisposable
{
    public const string Task = "Task004_Hippocampus";
    public const string PlansFileName = "nnUNetPlansv2.1_plans_3D.pkl";

    private readonly TemporaryFolder _folder = new();

    public PythonTask()
    {
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder.Root }, static _ => null);
        foreach (string id in TrainingCases) CopyCase(id, TestData.Data($"Task04_Hippocampus/imagesTr/{id}.nii.gz"), TestData.Data($"Task04_Hippocampus/labelsTr/{id}.nii.gz"));
        foreach (string id in ValidationCases) CopyCase(id, TestData.Golden($"model/predictions/inputs/{id}_0000.nii.gz"), TestData.Golden($"model/predictions/labels/{id}.nii.gz"));
        string[] all = [.. TrainingCases, .. ValidationCases];
        string entries = string.Join(", ", all.Select(static id => $$"""{"image": "./imagesTr/{{id}}.nii.gz", "label": "./labelsTr/{{id}}.nii.gz"}"""));
        Directory.CreateDirectory(RawPath);
        File.WriteAllText(
            Path.Combine(RawPath, DatasetDescription.FileName),
            $$"""{"name": "Hippocampus", "modality": {"0": "MRI"}, "labels": {"0": "background", "1": "Anterior", "2": "Posterior"}, "numTraining": {{all.Length}}, "numTest": 0, "training": [{{entries}}], "test": []}""");

        Directory.CreateDirectory(PreprocessedPath);
        File.Copy(TestData.Golden("hippocampus/" + PlansFileName), Path.Combine(PreprocessedPath, PlansFileName));
        Preprocessed = new PreprocessingRun(Workspace, new PreprocessingOptions { Planner2D = null }).Run([Task])[0];
        Folds.Write(Path.Combine(PreprocessedPath, Folds.FileName), [new Fold(TrainingCases, ValidationCases)]);
        ZipFile.ExtractToDirectory(TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"), Workspace.Models);
    }

    public static ValueArray<string> TrainingCases => ["hippocampus_001", "hippocampus_003", "hippocampus_004", "hippocampus_006", "hippocampus_007", "hippocampus_008"];

    public static ValueArray<string> ValidationCases => ["hippocampus_098", "hippocampus_101"];

    public Workspace Workspace { get; }

    public PreprocessingResult Preprocessed { get; }

    public string PreprocessedPath => Workspace.PreprocessedTask(Task);

    public string ModelPath => Workspace.ModelFolder("3d_fullres", Task, "nnUNetTrainerV2", "nnUNetPlansv2.1");

    public string FoldPath => Path.Combine(ModelPath, "fold_0");

    public string CheckpointPath => Path.Combine(FoldPath, "model_final_checkpoint.model");

    public TrainingOptions Options => new()
    {
        Workspace = Workspace,
        Configuration = Configuration.FullResolution,
        Task = "4",
        Fold = "0",
        Threads = 2,
        Precision = ComputePrecision.Float32,
    };

    public void Dispose() => _folder.Dispose();

    private string RawPath => Workspace.RawTask(Task);

    private void CopyCase(string id, string image, string label)
    {
        Directory.CreateDirectory(Path.Combine(RawPath, "imagesTr"));
        Directory.CreateDirectory(Path.Combine(RawPath, "labelsTr"));
        File.Copy(image, Path.Combine(RawPath, "imagesTr", id + "_0000.nii.gz"));
        File.Copy(label, Path.Combine(RawPath, "labelsTr", id + ".nii.gz"));
    }
}
