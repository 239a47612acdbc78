using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Training;

/// <summary>What a plan and a recipe decide about a training, before its cases are looked at.</summary>
internal sealed class TrainingDesign
{
    /// <summary>The option by which replicas share a batch, for messages.</summary>
    internal const string SharingOption = "--dbs";

    /// <summary>The decisions of a plan and a recipe.</summary>
    /// <param name="recipe">What the training is made of.</param>
    /// <param name="task">The task's full name.</param>
    /// <param name="plan">The plan, with the regions that are trained (<see cref="TrainedRegions"/>).</param>
    /// <param name="stage">The plan's stage.</param>
    /// <exception cref="DescribedException">The recipe cannot train by the plan.</exception>
    public TrainingDesign(TrainerRecipe recipe, string task, Plan plan, int stage)
    {
        Plan = recipe.PlanFor(plan);
        Configuration = Plan.PlansPerStage[stage];
        Recipe = recipe.For(Configuration);
        Task = task;
        Stage = stage;
        Augmentation = Recipe.AugmentationFor(Configuration);
        Network = Recipe.DescribeNetwork(Plan, stage);
        Loss = TrainedRegions.LossOf(Plan, Recipe);
    }

    /// <summary>What the training is made of.</summary>
    public TrainerRecipe Recipe { get; }

    /// <summary>The task's full name.</summary>
    public string Task { get; }

    /// <summary>The plan, as the recipe follows it.</summary>
    public Plan Plan { get; }

    /// <summary>The plan's stage.</summary>
    public int Stage { get; }

    /// <summary>The plan of the stage.</summary>
    public ConfigurationPlan Configuration { get; }

    /// <summary>What augmentation the recipe decided for.</summary>
    public AugmentationSettings Augmentation { get; }

    /// <summary>The network.</summary>
    public NetworkDescription Network { get; }

    /// <summary>The loss's name.</summary>
    public string Loss { get; }

    /// <summary>What is decided for a training.</summary>
    /// <param name="options">What the user asks.</param>
    /// <param name="recorded">The settings of the training that is continued; null for a new one.</param>
    public TrainingSettings Decide(TrainingOptions options, TrainingSettings? recorded)
    {
        int iterations = options.Iterations ?? recorded?.Iterations ?? Recipe.IterationsPerEpoch;
        int outputs = Catalog<NetworkFactory>.Create(Network.Name).Outputs(Configuration);
        return new TrainingSettings
        {
            Trainer = options.Trainer,
            Configuration = options.Configuration.Name,
            Task = Task,
            Fold = options.Fold,
            Plans = options.Plans,
            Stage = Stage,
            Epochs = options.Epochs ?? recorded?.Epochs ?? Recipe.Epochs,
            Iterations = iterations,
            ValidationIterations = Recipe.ValidationIterations(iterations),
            Seed = options.Seed ?? recorded?.Seed ?? TrainingRun.DefaultSeed,
            BatchSize = BatchOf(options),
            Replicas = options.Replicas > 1 ? options.Replicas : null,
            DistributesBatch = options.Replicas > 1 ? options.DistributeBatch : null,
            PatchSize = Augmentation.Patch.ToArray().ToValueArray(),
            InitialPatchSize = Augmentation.InitialPatch.ToArray().ToValueArray(),
            SliceWise = Augmentation.SliceWise,
            MirrorAxes = Network.MirrorAxes,
            ForegroundShare = Recipe.ForegroundShare,
            Network = Recipe.Network,
            Loss = Loss,
            Regions = Plan.Regions,
            RegionsClassOrder = Plan.RegionsClassOrder,
            BatchDice = Recipe.BatchDice(UsesBatchDice(options.Configuration, Plan)),
            OutputWeights = Recipe.OutputWeights(outputs),
            PretrainedWeights = recorded is not null ? recorded.PretrainedWeights : options.PretrainedWeights is { } path ? PretrainedWeights.Find(path) : null,
            Optimizer = Recipe.Optimizer,
            InitialLearningRate = Recipe.InitialLearningRate,
            Momentum = Recipe.Momentum,
            WeightDecay = Recipe.WeightDecay,
            MaxGradientNorm = Recipe.MaxGradientNorm,
            ValidationAverage = Recipe.ValidationAverage,
            Precision = options.Precision ?? recorded?.Precision ?? Recipe.Precision ?? ComputePrecisions.FastestOn(options.Device),
            Threads = options.Threads ?? OperationThreads.Asked ?? ThreadsOf(options, recorded),
            Device = options.Devices.Count > 1 ? string.Join(',', options.Devices) : options.Device.ToString(),
        };
    }

    /// <summary>How a training that was begun differs from what is asked and decided now. Device, threads and precision may differ.</summary>
    /// <param name="options">What the user asks.</param>
    /// <param name="recorded">The settings of the training that was begun.</param>
    public TrainingDifferences DifferencesFrom(TrainingOptions options, TrainingSettings recorded)
    {
        TrainingSettings now = Decide(options with { Epochs = null, Iterations = null, Seed = null }, recorded);

        // The number of replicas may be another one, and with it their batch: what is compared is what was begun.
        now = now with { Replicas = recorded.Replicas, BatchSize = BatchOf(recorded.Replicas ?? 1, recorded.DistributesBatch ?? true), DistributesBatch = recorded.DistributesBatch };
        return new TrainingDifferences(
            [
                .. Other("epochs", options.Epochs, recorded.Epochs),
                .. Other("iterations", options.Iterations, recorded.Iterations),
                .. Other("the seed", options.Seed, recorded.Seed),
                .. Sharing(options, recorded),
            ],
            [.. TrainingFiles.Differences(recorded, now with { Threads = recorded.Threads, Device = recorded.Device, Precision = recorded.Precision })]);
    }

    /// <summary>Whether the Dice loss takes a batch as one image: in 2D, and in 3d_fullres where there is a 3d_lowres too.</summary>
    /// <remarks>Source: nnunet/run/default_configuration.py.</remarks>
    internal static bool UsesBatchDice(Configuration configuration, Plan plan) =>
        configuration == Core.Planning.Configuration.Slices || (configuration != Core.Planning.Configuration.LowResolution && plan.PlansPerStage.Count > 1);

    /// <summary>Samples of a batch of all replicas: at least one for each.</summary>
    private int BatchOf(TrainingOptions options) => BatchOf(options.Replicas, options.DistributeBatch);

    private int BatchOf(int replicas, bool distributes) => distributes ? Math.Max(Configuration.BatchSize, replicas) : Configuration.BatchSize * replicas;

    /// <summary>The recorded threads, unless other replicas share the machine now.</summary>
    private static int ThreadsOf(TrainingOptions options, TrainingSettings? recorded) =>
        recorded is not null && (recorded.Replicas ?? 1) == options.Replicas ? recorded.Threads : Math.Max(1, OperationThreads.Default / options.CoreShares);

    /// <summary>Replicas that go on as replicas share the batch as they did, or do not as they did not.</summary>
    private static IEnumerable<string> Sharing(TrainingOptions options, TrainingSettings recorded)
    {
        if (options.ValidationOnly || options.Replicas == 1 || recorded.DistributesBatch is not { } did || did == options.DistributeBatch) yield break;

        yield return did ? $"{SharingOption} given, not left out" : $"{SharingOption} left out, not given";
    }

    private static IEnumerable<string> Other(string name, long? asked, long recorded)
    {
        if (asked is { } value && value != recorded) yield return $"{name} {recorded}, not {value}";
    }
}
