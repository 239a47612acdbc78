using NnUNet.Core;
using NnUNet.Core.Cascade;
using NnUNet.Core.Cropping;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

/// <summary>
/// A preprocessed task of five cases of a few voxels with the labels 1, 2 and 3, and a plan for each kind of trainer: plain, with a
/// residual encoder, and with two stages whose first one has segmented all cases.
/// </summary>
public sealed class OriginalTrainersTask : IDisposable
{
    private const string Task = "Task902_Originals";
    private const string Plain = TrainingOptions.DefaultPlans;
    private const string Residual = "nnUNetPlans_FabiansResUNet_v2.1";
    private const string Stages = "nnUNetPlans_stages";
    private const int Cases = 5;

    private static readonly Extent Size = new(9, 11, 10);

    private readonly TemporaryFolder _folder = new();

    public OriginalTrainersTask()
    {
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] });
        Plan plain = PlanOf("nnUNetData_plain");
        ConfigurationPlan stage = plain.PlansPerStage[0];
        Preprocess(Plain, plain);
        Preprocess(Residual, plain with
        {
            DataIdentifier = "nnUNetData_residual",
            PlansPerStage = new() { [0] = stage with { PoolOpKernelSizes = [[1, 1, 1], .. stage.PoolOpKernelSizes], NumBlocksEncoder = [1, 1], NumBlocksDecoder = [1], ConvKernelSizes = [[3, 3, 3], [3, 3, 3]] } },
        });
        Preprocess(Stages, plain with { NumStages = 2, DataIdentifier = "nnUNetData_stages", PlansPerStage = new() { [0] = stage, [1] = stage } });
        foreach (string trainer in new[] { "nnUNetTrainerV2", "nnUNetTrainer" })
        {
            PreviousStageFolder segmented = new(Workspace.ModelFolder("3d_lowres", Task, trainer, Stages));
            for (int i = 0; i < Cases; i++) segmented.Write(NameOf(i), Labels(i), Size);
        }
    }

    public Workspace Workspace { get; }

    /// <summary>The image of the first case.</summary>
    public static Volume<float> Image => new(Voxels(0), Size);

    /// <summary>Its segmentation, as a first stage would say it.</summary>
    public static Volume<short> Segmentation => new(Labels(0), Size);

    /// <summary>Two epochs of two iterations by the plan that a trainer is made for.</summary>
    public TrainingOptions OptionsOf(string trainer)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(trainer);
        return new TrainingOptions
        {
            Workspace = Workspace,
            Configuration = recipe.UsesPreviousStage ? Configuration.Cascade : Configuration.FullResolution,
            Trainer = trainer,
            Task = "902",
            Fold = "0",
            Plans = recipe.UsesPreviousStage ? Stages : recipe.Network == "FabiansUNet" ? Residual : Plain,
            Epochs = 2,
            Iterations = 2,
            Threads = 1,
            Validation = new ValidationOptions { Postprocess = false },
            CheckpointInterval = TimeSpan.FromHours(1),
        };
    }

    public void Dispose() => _folder.Dispose();

    private void Preprocess(string plans, Plan plan)
    {
        string preprocessed = Workspace.PreprocessedTask(Task);
        PlanFile.Write(Path.Combine(preprocessed, plans + "_plans_3D.json"), plan);
        for (int i = 0; i < Cases; i++)
        {
            Volume<short> labels = new(Labels(i), Size);
            ValueArray<int> size = Size.ToArray().ToValueArray();
            CaseProperties properties = new()
            {
                OriginalSizeOfRawData = size,
                OriginalSpacing = [1, 1, 1],
                ItkOrigin = labels.Geometry.ItkOrigin,
                ItkSpacing = labels.Geometry.ItkSpacing,
                ItkDirection = labels.Geometry.ItkDirection,
                CropBbox = [[0, Size.Z], [0, Size.Y], [0, Size.X]],
                SizeAfterCropping = size,
                SizeAfterResampling = size,
                SpacingAfterResampling = [1, 1, 1],
            };
            PreprocessedCase made = new(new MultiChannelArray<float>(Size, Voxels(i)), Labels(i), properties);
            foreach (int stage in plan.PlansPerStage.Keys)
            {
                PreprocessedFolder.Write(Path.Combine(preprocessed, $"{plan.DataIdentifier}_stage{stage}"), NameOf(i), made, [1, 2, 3]);
            }

            ImageFile.WriteLabels(Path.Combine(preprocessed, "gt_segmentations", NameOf(i) + ".nii.gz"), labels);
        }
    }

    private static Plan PlanOf(string identifier)
    {
        Plan toy = ToyTask.Plan([8, 8, 8], identifier);
        return toy with
        {
            NumClasses = 3,
            AllClasses = [1, 2, 3],
            BaseNumFeatures = 8,
            PlansPerStage = new() { [0] = toy.PlansPerStage[0] with { NumPoolPerAxis = [1, 1, 1], PoolOpKernelSizes = [[2, 2, 2]], ConvKernelSizes = [[3, 3, 3], [3, 3, 3]] } },
        };
    }

    private static string NameOf(int number) => $"case_{number}";

    private static short[] Labels(int number) => [.. Enumerable.Range(0, (int)Size.Count).Select(i => (short)((((i / 7) + number) % 13) switch { < 9 => 0, < 11 => 1, < 12 => 2, _ => 3 }))];

    private static float[] Voxels(int number) => [.. Labels(number).Select(static (label, i) => label - 0.5f + (0.2f * MathF.Sin(i)))];
}
