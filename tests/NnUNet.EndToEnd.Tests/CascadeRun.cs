using NnUNet.Core;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.EndToEnd.Tests;

/// <summary>
/// All four configurations and five folds at toy length on computed images of about 64 voxels an edge, once for all tests of the
/// class that uses it. The sample's planner gives patches of 32 voxels; that there is a low resolution is the unchanged rule's decision.
/// </summary>
public sealed class CascadeRun : IDisposable
{
    public const string Task = "Task901_Cascade";
    public const string TinyPlans = "nnUNetPlansv2.1_tiny";
    private const string Plans = "nnUNetPlansv2.1";

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<IReadOnlyList<string>> _messages;

    public CascadeRun()
    {
        CatalogAssemblies.Add(typeof(ToyTrainer).Assembly);
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] });
        _messages = new Lazy<IReadOnlyList<string>>(RunAll);
    }

    public static IReadOnlyList<string> Configurations => Configuration.Names;

    public Workspace Workspace { get; }

    public string Images => Path.Combine(Workspace.RawTask(Task), "imagesTs");

    /// <summary>Messages of the trainings that were refused, in order. The first access runs everything.</summary>
    public IReadOnlyList<string> Refusals => _messages.Value;

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    public string ModelOf(string configuration) =>
        Workspace.ModelFolder(configuration, Task, TrainerOf(configuration), PlansOf(configuration));

    /// <summary>Trains one fold for one iteration; null, or why it was refused.</summary>
    public string? Train(string configuration, string fold)
    {
        TrainingOptions options = new()
        {
            Workspace = Workspace,
            Configuration = Configuration.Parse(configuration),
            Trainer = TrainerOf(configuration),
            Task = Task,
            Fold = fold,
            Plans = PlansOf(configuration),
            Epochs = 1,
            Iterations = 1,
        };
        try
        {
            string trained = TrainingRun.Execute(options).FoldPath;
            File.Delete(Path.Combine(trained, "model_best.safetensors")); // twenty of them fill a small disk
            return null;
        }
        catch (DescribedException e)
        {
            return e.Message;
        }
    }

    internal ProgramResult Predict(string configuration, string output, params string[] more) => BuiltProgram.Run(
        [
            "nnUNet_predict", "-i", Images, "-o", _folder[output], "-t", "901", "-m", configuration, "-p", PlansOf(configuration), "-tr", ToyTrainer.Name, "-ctr", ToyCascadeTrainer.Name, "-f", "0", "4",
            .. more, "--workspace", _folder["w"],
        ]);

    /// <summary><c>nnunet run</c> with the cascade alone on the folds that are trained here.</summary>
    internal ProgramResult WholeMethod(params string[] more) => BuiltProgram.Run(
        [
            "run", "-t", "901", "-m", Configuration.Cascade.Name, "-i", Images, "-o", _folder["whole"], "-pl3d", "ExperimentPlanner3D_v21_tiny", "-tr", ToyTrainer.Name, "-ctr", ToyCascadeTrainer.Name,
            "--epochs", "1", "--iterations", "1", "--disable_tta", .. more, "--plugin", TestData.Sample("PluginPlanner"), "--plugin", typeof(ToyTrainer).Assembly.Location, "--workspace", _folder["w"],
        ]);

    internal static string TrainerOf(string configuration) => configuration == Configuration.Cascade.Name ? ToyCascadeTrainer.Name : ToyTrainer.Name;

    private static string PlansOf(string configuration) => configuration == "2d" ? Plans : TinyPlans;

    private List<string> RunAll()
    {
        SyntheticDataset.Write(Workspace.RawTask(Task), new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 68 });
        BuiltProgram.Run(
            "nnUNet_plan_and_preprocess", "-t", "901", "-pl3d", "ExperimentPlanner3D_v21_tiny", "--plugin", TestData.Sample("PluginPlanner"), "--workspace", _folder["w"]).MustSucceed();

        List<string> refusals = [];
        foreach (string configuration in Configurations)
        {
            for (int fold = 0; fold < 5; fold++)
            {
                // Once before its time, to see what is said: three low-resolution folds are there.
                if (configuration == Configuration.LowResolution.Name && fold == 3) Note(Train(Configuration.Cascade.Name, "0"));
                Note(Train(configuration, $"{fold}"));
            }
        }

        return refusals;

        void Note(string? refusal)
        {
            if (refusal is not null) refusals.Add(refusal);
        }
    }
}
