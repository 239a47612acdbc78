using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Core.Batches;
using NnUNet.Core.Cases;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training;

/// <summary>A training before it starts: the plan, the recipe, the cases and where everything goes.</summary>
internal sealed class TrainingSetup : IDisposable
{
    private readonly Dictionary<string, PreprocessedTrainingCase> _cases = new(StringComparer.Ordinal);
    private readonly PreprocessedFolder _folder;
    private readonly TrainingDesign _design;
    private readonly SortedDictionary<int, string> _labelNames;

    private TrainingSetup(TrainingOptions options, TrainingDesign design, PreprocessedFolder folder, Fold fold, string? splitRemark, PreviousStageSource? previousStage)
    {
        (string task, Plan plan, int stage) = (design.Task, design.Plan, design.Stage);
        _design = design;
        PreviousStage = previousStage;
        Fold = fold;
        SplitRemark = splitRemark;
        _folder = folder;
        ModelPath = options.Workspace.ModelFolder(options.Configuration.Name, task, options.Trainer, options.Plans);
        FoldPath = FoldPathOf(ModelPath, options.Fold);
        PreprocessedPath = options.Workspace.PreprocessedTask(task);
        IReadOnlyDictionary<string, string> names = LabelNames.Near(PreprocessedPath);
        _labelNames = new SortedDictionary<int, string>(
            plan.AllClasses.Select(static label => (Label: label, Text: label.ToString(System.Globalization.CultureInfo.InvariantCulture))).Where(l => names.ContainsKey(l.Text)).ToDictionary(static l => l.Label, l => names[l.Text]));
        ReferencePath = Path.Combine(PreprocessedPath, ReferenceSegmentations.TaskFolder);
        Contract = PlanContract.Of(ModelPlan, stage, Network); // of the model that is written, so that labels have their names
        NextStage = NextStageWriter.For(options, ModelPath, PreprocessedPath, plan, stage, fold, Contract);
    }

    /// <summary>What the training is made of.</summary>
    public TrainerRecipe Recipe => _design.Recipe;

    /// <summary>The task's full name.</summary>
    public string Task => _design.Task;

    /// <summary>The plan.</summary>
    public Plan Plan => _design.Plan;

    /// <summary>The plan's stage.</summary>
    public int Stage => _design.Stage;

    /// <summary>The plan of the stage.</summary>
    public ConfigurationPlan Configuration => _design.Configuration;

    /// <summary>The training and validation cases.</summary>
    public Fold Fold { get; }

    /// <summary>What must be told of the plan's file; null where nothing must.</summary>
    public string? PlanRemark { get; private init; }

    /// <summary>What must be told of the split before anything is trained; null where nothing must.</summary>
    public string? SplitRemark { get; }

    /// <summary>What augmentation the recipe decided for.</summary>
    public AugmentationSettings Augmentation => _design.Augmentation;

    /// <summary>The network.</summary>
    public NetworkDescription Network => _design.Network;

    /// <summary>What the trained model will promise, by which its validation predicts.</summary>
    public ModelContract Contract { get; }

    /// <summary>The model's folder, TRAINER__PLANS.</summary>
    public string ModelPath { get; }

    /// <summary>The fold's folder in it.</summary>
    public string FoldPath { get; }

    /// <summary>The folder of the preprocessed cases.</summary>
    public string CasesPath => _folder.Folder;

    /// <summary>The folder of the preprocessed task.</summary>
    public string PreprocessedPath { get; }

    /// <summary>The folder of the reference segmentations.</summary>
    public string ReferencePath { get; }

    /// <summary>The low resolution's segmentations of the cases, which the cascade's second stage sees; null for all other trainings.</summary>
    public PreviousStageSource? PreviousStage { get; }

    /// <summary>Takes the segmentations of the validation cases for the cascade's second stage; null where none follows.</summary>
    public NextStageWriter? NextStage { get; }

    /// <summary>The plan as the model's folder holds it: with the network and the labels' names.</summary>
    public Plan ModelPlan => Plan with { Network = Network, LabelNames = _labelNames.Count > 0 ? _labelNames : null };

    /// <summary>Finds and checks everything that the options name.</summary>
    /// <exception cref="DescribedException">Something is missing or contradictory.</exception>
    public static TrainingSetup Open(TrainingOptions options)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException("nnUNet_train", string.Join("; ", faults), "correct the options (nnUNet_train --help explains them)");

        string task = options.Workspace.TaskName(options.Task);
        string preprocessed = options.Workspace.PreprocessedTask(task);
        Configuration configuration = options.Configuration;
        string plansPath = TaskPlan.PathIn(preprocessed, configuration, options.Plans) ?? throw new DescribedException(
            Path.Combine(preprocessed, configuration.PlanFileName(options.Plans)), $"there is no plan for {options.Configuration} of {task}", PlanFile.RemedyOfMissing(preprocessed, configuration, options.Plans));
        Plan plan = PlanFile.Read(plansPath);
        if (!configuration.IsIn(plan))
        {
            throw new DescribedException(plansPath, $"the plan has one stage, so there is no {options.Configuration}: the images are small enough", "train 3d_fullres");
        }

        int stage = configuration.StageOf(plan);
        PreprocessedFolder folder = PreprocessedFolder.Of(preprocessed, plan, stage);
        IReadOnlyList<string> cases = folder.Cases;
        if (cases.Count == 0) throw new DescribedException(folder.Folder, "there are no preprocessed cases", "run nnUNet_plan_and_preprocess first");

        IReadOnlyList<Fold> splits = options.Fold == Folds.All ? [] : Folds.ReadOrCreate(preprocessed, cases);
        Fold fold = Folds.Select(splits, options.Fold, cases);
        PreprocessedLabels.Check(folder, fold.Train.Concat(fold.Val), plan);
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(options.Trainer);
        plan = TrainedRegions.In(plan, plansPath, recipe, options.Trainer, preprocessed);
        PreviousStageSource? previousStage = recipe.UsesPreviousStage
            ? PreviousStageSource.Open(options, recipe.PreviousTrainer, task, folder.Folder, fold, cases)
            : null;
        return new TrainingSetup(
            options, new TrainingDesign(recipe, task, plan, stage), folder, fold, Folds.RemarkOnSplit(preprocessed, splits, options.Fold, fold), previousStage)
        {
            PlanRemark = TaskPlan.RemarkOn(preprocessed, configuration, options.Plans),
        };
    }

    /// <summary>The training of another program in this fold's folder, where the options ask for it and no checkpoint of ours stands before it; null otherwise. The caller disposes it.</summary>
    /// <param name="options">What the user asks.</param>
    /// <exception cref="DescribedException">It cannot be read, or is not the training that is asked for.</exception>
    public OtherTraining? OpenOther(TrainingOptions options) =>
        (options.Continue || options.ValidationOnly) && OtherTraining.Find(FoldPath, options.Validation.Best, options.ValidationOnly) is { } path ? OtherTraining.Open(path, options, _design) : null;

    /// <summary>What is decided for this training.</summary>
    /// <param name="options">What the user asks.</param>
    /// <param name="recorded">The settings of the training that is continued; null for a new one.</param>
    public TrainingSettings Decide(TrainingOptions options, TrainingSettings? recorded) => _design.Decide(options, recorded);

    /// <summary>How a training that was begun differs from this one.</summary>
    /// <param name="options">What the user asks.</param>
    /// <param name="recorded">The settings of the training that was begun.</param>
    public TrainingDifferences DifferencesFrom(TrainingOptions options, TrainingSettings recorded) => _design.DifferencesFrom(options, recorded);

    /// <summary>The loss with the weights of the outputs.</summary>
    /// <param name="settings">What was decided.</param>
    /// <param name="batch">How the samples that it sees belong to the batch; null where they are the whole of it.</param>
    public static DeepSupervisionLoss CreateLoss(TrainingSettings settings, BatchShare? batch = null)
    {
        SegmentationLoss loss = Catalog<SegmentationLoss>.Create(settings.Loss);
        loss.BatchDice = settings.BatchDice;
        loss.Batch = batch ?? BatchShare.Whole;
        if (loss is RegionLoss regions) regions.Regions = settings.Regions;
        return new DeepSupervisionLoss(loss, settings.OutputWeights);
    }

    /// <summary>The optimiser of a network's parameters.</summary>
    public WeightOptimizer CreateOptimizer(TrainingSettings settings, SegmentationNetwork network)
    {
        WeightOptimizer optimizer = Recipe.CreateOptimizer();
        optimizer.Momentum = settings.Momentum;
        optimizer.WeightDecay = settings.WeightDecay;
        optimizer.MaxNorm = settings.MaxGradientNorm;
        optimizer.Attach(network);
        return optimizer;
    }

    /// <summary>The network without weights, computing in the precision that was decided for.</summary>
    public SegmentationNetwork CreateNetwork(TrainingSettings settings)
    {
        SegmentationNetwork network = NetworkFactory.Create(Network);
        network.ConvolutionType = settings.Precision.ConvolutionType();
        return network;
    }

    /// <summary>Starts making batches from a place on.</summary>
    /// <param name="settings">What was decided.</param>
    /// <param name="outputStrides">Stride of each of the network's outputs relative to its input, per axis.</param>
    /// <param name="first">The first batch.</param>
    /// <param name="threads">Loader threads.</param>
    /// <param name="share">The samples that are made here; null for all.</param>
    public IBatchSource CreateBatches(TrainingSettings settings, ValueArray<ValueArray<int>> outputStrides, BatchKey first, int threads, SampleShare? share = null)
    {
        DeepSupervisionTargets targets = DeepSupervisionTargets.ForOutputs(Augmentation.Patch, outputStrides);
        BatchRecipe training = TrainingBatches(settings) with { Share = share ?? SampleShare.Whole(settings.BatchSize) };
        BatchSchedule schedule = new(settings.Epochs, settings.Iterations, settings.ValidationIterations);
        if (Recipe.RepeatsOneRandomBatch)
        {
            return new RepeatedBatch(
                RandomStream.SeedFor(settings.Seed, "random batch"), training.Share, training.Channels, Augmentation.Patch, targets, training.LargestLabel, schedule, first);
        }

        BatchRecipe validation = training with
        {
            Seed = RandomStream.SeedFor(settings.Seed, "validation"),
            Cases = [.. (Fold.Val.Count > 0 ? Fold.Val : Fold.Train).Select(Case)],
            Settings = Augmentation.None(),
            Augmentation = AugmentationPipeline.None.Then(PreviousStage is null ? [] : [new OneHotAugmentation(PreviousStageClasses)]),
        };
        return new BatchPipeline(training, validation, targets, schedule, first, threads);
    }

    /// <summary>What the training batches hold.</summary>
    public BatchRecipe TrainingBatches(TrainingSettings settings) => new()
    {
        Seed = RandomStream.SeedFor(settings.Seed, "training"),
        BatchSize = settings.BatchSize,
        ForegroundShare = settings.ForegroundShare,
        Cases = [.. Fold.Train.Select(Case)],
        Settings = Augmentation,
        Slices = Configuration.Is2D,
        Augmentation = Recipe.CreateAugmentation(Plan, Augmentation).Then(PreviousStage is null ? [] : Recipe.CreatePreviousStageAugmentation(PreviousStageClasses)),
        PreviousStageClasses = PreviousStageClasses,
        LargestLabel = Plan.NumClasses,
    };

    /// <summary>A preprocessed case, of which nothing is read yet.</summary>
    public PreprocessedCaseFile OpenCase(string caseId) => _folder.Open(caseId);

    /// <summary>A whole preprocessed case, with the labels of the cascade's first stage where there is one.</summary>
    public PreprocessedCase Load(string caseId)
    {
        using PreprocessedCaseFile file = OpenCase(caseId);
        return file.Load() with { PreviousStage = PreviousStage?.Load(caseId, file.Extent) };
    }

    /// <summary>A fold's folder in a model's.</summary>
    internal static string FoldPathOf(string modelPath, string fold) =>
        Path.Combine(modelPath, ModelFolder.FoldFolderName(fold));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PreprocessedTrainingCase training in _cases.Values) training.Dispose();
    }

    private int PreviousStageClasses => Contract.PreviousStage?.Labels.Count ?? 0;

    private PreprocessedTrainingCase Case(string caseId)
    {
        if (!_cases.TryGetValue(caseId, out PreprocessedTrainingCase? training))
        {
            _cases[caseId] = training = new PreprocessedTrainingCase(_folder, caseId, PreviousStage is null ? null : PreviousStage.Map);
        }

        return training;
    }
}
