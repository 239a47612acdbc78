using NnUNet.Core;
using NnUNet.Core.Cropping;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Pictures.Training;
using NnUNet.Testing;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A preprocessed task of ten tiny cases, each with a bright ball (1) that has a brighter core (2).</summary>
internal sealed class ToyTask : IDisposable
{
    private const string Task = "Task900_Toy";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The task.</summary>
    /// <param name="ending">The ending of its segmentations.</param>
    /// <param name="transpose">The order of axes of the 3D plan, by which the cases are preprocessed; null leaves the axes.</param>
    public ToyTask(string ending = ".nii.gz", int[]? transpose = null)
    {
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = Root });
        string preprocessed = Workspace.PreprocessedTask(Task);
        Plan plan = Transposed(Plan([8, 16, 16], "nnUNetData_plans_v2.1"), transpose ?? [0, 1, 2]);
        PlanFile.Write(Path.Combine(preprocessed, "nnUNetPlansv2.1_plans_3D.json"), plan);
        PlanFile.Write(Path.Combine(preprocessed, "nnUNetPlansv2.1_plans_2D.json"), Plan([16, 16], "nnUNetData_plans_v2.1_2D"));
        for (int i = 0; i < 10; i++)
        {
            (PreprocessedCase made, Volume<short> labels) = Case(i);
            PreprocessedCase volume = transpose is null ? made : new GenericPreprocessor().Run([Image(i)], labels, [], plan, 0);
            PreprocessedFolder.Write(Path.Combine(preprocessed, "nnUNetData_plans_v2.1_stage0"), $"toy_{i:000}", volume, [1, 2]);
            PreprocessedFolder.Write(Path.Combine(preprocessed, "nnUNetData_plans_v2.1_2D_stage0"), $"toy_{i:000}", made, [1, 2]);
            ImageFile.WriteLabels(Path.Combine(ReferencePath, $"toy_{i:000}{ending}"), labels);
        }
    }

    /// <summary>The folder of the workspace.</summary>
    public string Root => _folder.Root;

    public Workspace Workspace { get; }

    public string PlansPath => Path.Combine(Workspace.PreprocessedTask(Task), "nnUNetPlansv2.1_plans_3D.json");

    public string ReferencePath => Path.Combine(Workspace.PreprocessedTask(Task), "gt_segmentations");

    public string ModelPath => Workspace.ModelFolder("3d_fullres", Task, "nnUNetTrainerV2", "nnUNetPlansv2.1");

    public string FoldPath => Path.Combine(ModelPath, "fold_0");

    /// <summary>A training of two epochs of three iterations on one thread.</summary>
    public TrainingOptions Options => OptionsIn(Workspace);

    /// <summary>A case's image.</summary>
    public static Volume<float> Image(int number)
    {
        (PreprocessedCase made, Volume<short> labels) = Case(number);
        return new Volume<float>(made.Data[0], labels.Extent, labels.Geometry);
    }

    /// <summary>What a process that dies now leaves on the disk, but for the lock, which cannot be read while it is held.</summary>
    public void CopyFoldTo(string name)
    {
        string target = _folder[name];
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(FoldPath).Where(static f => Path.GetFileName(f) != FoldLock.FileName)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    /// <summary>Puts the fold back to what it was then.</summary>
    public void RestoreFoldFrom(string name)
    {
        Directory.Delete(FoldPath, recursive: true);
        Directory.CreateDirectory(FoldPath);
        foreach (string file in Directory.EnumerateFiles(_folder[name])) File.Copy(file, Path.Combine(FoldPath, Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The training in any workspace; a checkpoint is written after every iteration.</summary>
    internal static TrainingOptions OptionsIn(Workspace workspace) => new()
    {
        Workspace = workspace,
        Observers = [new TrainingPictures()],
        Configuration = Configuration.FullResolution,
        Task = "900",
        Fold = "0",
        Epochs = 2,
        Iterations = 3,
        Threads = 1,
        CheckpointInterval = TimeSpan.FromTicks(1),
    };

    public static Plan Plan(int[] patch, string identifier)
    {
        ValueArray<int> two = Enumerable.Repeat(2, patch.Length).ToValueArray();
        ValueArray<int> three = Enumerable.Repeat(3, patch.Length).ToValueArray();
        return new Plan
        {
            NumStages = 1,
            NumModalities = 1,
            Modalities = new() { [0] = "MRI" },
            NormalizationSchemes = new() { [0] = "nonCT" },
            DatasetProperties = new DatasetFingerprint { AllSizes = [[10, 20, 18]], AllSpacings = [[1, 1, 1]], AllClasses = [1, 2], Modalities = new() { [0] = "MRI" }, SizeReductions = [] },
            NumClasses = 2,
            AllClasses = [1, 2],
            BaseNumFeatures = 4,
            UseMaskForNorm = new() { [0] = false },
            TransposeForward = [0, 1, 2],
            TransposeBackward = [0, 1, 2],
            DataIdentifier = identifier,
            PreprocessorName = patch.Length == 2 ? "PreprocessorFor2D" : "GenericPreprocessor",
            ConvPerStage = 2,
            PlansPerStage = new()
            {
                [0] = new ConfigurationPlan
                {
                    BatchSize = 2,
                    NumPoolPerAxis = two,
                    PatchSize = patch.ToValueArray(),
                    MedianPatientSizeInVoxels = [10, 20, 18],
                    CurrentSpacing = [1, 1, 1],
                    OriginalSpacing = [1, 1, 1],
                    DoDummy2DDataAug = false,
                    PoolOpKernelSizes = [two, two],
                    ConvKernelSizes = [three, three, three],
                },
            },
        };
    }

    private static Plan Transposed(Plan plan, int[] order) => plan with
    {
        TransposeForward = order.ToValueArray(),
        TransposeBackward = [Array.IndexOf(order, 0), Array.IndexOf(order, 1), Array.IndexOf(order, 2)],
    };

    private static (PreprocessedCase Case, Volume<short> Labels) Case(int number)
    {
        Extent extent = new(10 + (number % 3), 20, 18);
        float[] image = new float[extent.Count];
        short[] labels = new short[extent.Count];
        for (int i = 0; i < image.Length; i++)
        {
            int z = i / extent.SliceCount;
            int y = i / extent.X % extent.Y;
            int x = i % extent.X;
            double distance = Math.Sqrt(Math.Pow(z - 5, 2) + Math.Pow(y - 9 - (number % 2), 2) + Math.Pow(x - 8, 2));
            labels[i] = (short)(distance < 2.5 ? 2 : distance < 5 ? 1 : 0);
            image[i] = labels[i] - 0.5f + (0.2f * MathF.Sin(i * (number + 1)));
        }

        Volume<short> volume = new(labels, extent);
        CaseProperties properties = new()
        {
            OriginalSizeOfRawData = extent.ToArray().ToValueArray(),
            OriginalSpacing = [1, 1, 1],
            ItkOrigin = volume.Geometry.ItkOrigin,
            ItkSpacing = volume.Geometry.ItkSpacing,
            ItkDirection = volume.Geometry.ItkDirection,
            CropBbox = [[0, extent.Z], [0, extent.Y], [0, extent.X]],
            SizeAfterCropping = extent.ToArray().ToValueArray(),
            SizeAfterResampling = extent.ToArray().ToValueArray(),
            SpacingAfterResampling = [1, 1, 1],
        };
        return (new PreprocessedCase(new MultiChannelArray<float>(extent, image), labels, properties), volume);
    }
}

/// <summary>Calls back on the thread that reports.</summary>
internal sealed class Watch(Action<TrainingProgress> watch) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => watch(value);
}

/// <summary>Lets tests stop a training at a place.</summary>
internal static class Stopping
{
    /// <summary>Cancels as soon as a phase is reached.</summary>
    public static void CancelOnceIn(this CancellationTokenSource cancel, TrainingPhase wanted, TrainingPhase now)
    {
        if (now == wanted) cancel.Cancel();
    }
}
