using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training;

/// <summary>A training that another program left in a fold's folder, to be validated or continued as one of ours. Its checkpoint is never changed.</summary>
/// <remarks>
/// It counts only where the folder has no checkpoint of ours from which to go on: the first one that is written here takes its place.
/// The moving averages, which the original forgets when it continues, are computed anew from the curves.
/// </remarks>
internal sealed class OtherTraining : IDisposable
{
    private readonly ModelFormat _format;
    private readonly StoredTraining _stored;

    private OtherTraining(string path, ModelFormat format, StoredTraining stored, TrainingRecord record, IReadOnlyList<string> remarks)
    {
        Path = path;
        _format = format;
        _stored = stored;
        Record = record;
        Remarks = remarks;
    }

    /// <summary>The checkpoint.</summary>
    public string Path { get; }

    /// <summary>Its settings, as far as they are known, and how far it is.</summary>
    public TrainingRecord Record { get; }

    /// <summary>Whether it is the checkpoint that a finished training leaves.</summary>
    public bool IsFinal => IsFinalAt(Path);

    /// <summary>What of it could not be taken over exactly, each in one sentence.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>The checkpoint of another program that counts; null where there is none, or one of ours stands before it.</summary>
    /// <param name="foldPath">The fold's folder.</param>
    /// <param name="best">Whether the best one is asked for instead of the last one.</param>
    /// <param name="finalOnly">Whether only a finished training will do.</param>
    public static string? Find(string foldPath, bool best, bool finalOnly)
    {
        TrainingFiles own = new(foldPath);
        if (best ? own.HasBest : own.HasAny) return null;

        // As in the original: the final one, else the latest, else the best, which may be all there is of the first epochs.
        string[] stems = best ? [Checkpoint.Best] : finalOnly ? [Checkpoint.Final] : [Checkpoint.Final, Checkpoint.Latest, Checkpoint.Best];
        return stems.SelectMany(stem => Others().Select(format => System.IO.Path.Combine(foldPath, stem + format.CheckpointEnding))).FirstOrDefault(File.Exists);
    }

    /// <summary>Whether a checkpoint is the one that a finished training leaves.</summary>
    /// <param name="path">What <see cref="Find"/> gave.</param>
    public static bool IsFinalAt(string path) => System.IO.Path.GetFileNameWithoutExtension(path) == Checkpoint.Final;

    /// <summary>Opens a checkpoint of another program, and compares it with the training that is asked for.</summary>
    /// <param name="path">What <see cref="Find"/> gave.</param>
    /// <param name="options">What the user asks; epochs and iterations may be others than were noted.</param>
    /// <param name="design">What plan and recipe decide.</param>
    /// <exception cref="DescribedException">It cannot be read, or was trained by another trainer, plan or kind of optimiser.</exception>
    public static OtherTraining Open(string path, TrainingOptions options, TrainingDesign design)
    {
        ModelFormat format = ModelFormat.ForCheckpoint(path);
        StoredTraining stored = format.OpenTraining(path)
            ?? throw new DescribedException(path, $"a training of {format.Title} cannot be continued or validated here", "predict with it (nnUNet_predict), or begin a training with its weights (--pretrained_weights)");
        try
        {
            string title = format.Title;
            Check(path, title, stored, options, design);
            TrainingOptions asked = options with
            {
                Epochs = options.Epochs ?? stored.Epochs,
                Iterations = options.Iterations ?? stored.Iterations,
                PretrainedWeights = null,
            };
            TrainingSettings settings = design.Decide(asked, null);
            TrainingState state = StateOf(stored, design.Recipe, settings);
            return new OtherTraining(path, format, stored, new TrainingRecord(settings, state), [.. RemarksOn(title, stored, design.Recipe, state, settings, options)]);
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    /// <summary>Loads the weights and, if given, the optimiser's states. Call it on the thread that calls torch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">The optimiser; null reads the weights only.</param>
    /// <exception cref="DescribedException">They do not fit; nothing was changed.</exception>
    public void Load(SegmentationNetwork network, WeightOptimizer? optimizer)
    {
        NamedWeight[] states = optimizer is not null && _stored.Optimizer is { } stored ? Named(stored.States) : [];
        optimizer?.CheckStates(Path, states);
        NetworkWeights.Load(Path, network, Named(_stored.Weights));
        optimizer?.LoadStates(Path, states);
    }

    /// <summary>Copies what the training here will overwrite and the other program wrote; what was kept before stays.</summary>
    public void KeepFiles()
    {
        string folder = System.IO.Path.GetDirectoryName(Path)!;
        foreach (string file in _format.FilesToKeep.Select(name => System.IO.Path.Combine(folder, name)).Where(File.Exists))
        {
            string kept = ModelFormat.KeptName(file);
            if (!File.Exists(kept)) AtomicFile.Copy(file, kept);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stored.Dispose();

    private static IEnumerable<ModelFormat> Others() => ModelFormat.All().Where(static f => f is not OwnModelFormat);

    private static NamedWeight[] Named(IReadOnlyList<StoredWeight> weights) => [.. weights.Select(static w => new NamedWeight(w.Name, w.Shape, w.Read))];

    private static void Check(string path, string title, StoredTraining stored, TrainingOptions options, TrainingDesign design)
    {
        if (stored.Trainer != options.Trainer)
        {
            string model = System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(path))!;
            throw new DescribedException(
                path,
                $"it was trained by {stored.Trainer}, not by {options.Trainer}",
                $"where {options.Trainer} builds the same network and may take it over, say so with nnUNet_change_trainer_class -i {model} -tr {options.Trainer}");
        }

        string[] plan = [.. PlanDifferences.Between(stored.Plan, design.Plan, design.Stage)];
        if (stored.Stage != design.Stage) plan = [$"stage {stored.Stage}, not {design.Stage}", .. plan];
        if (plan.Length > 0)
        {
            throw new DescribedException(
                path,
                $"it was trained by another plan than {options.Plans} of {design.Task}: {string.Join("; ", plan)}",
                $"put the plan that it was trained by in its place in the preprocessed task, as {TaskPlan.PickleNameOf(options.Configuration, options.Plans)} without a JSON file of that name");
        }

        if (options.ValidationOnly || stored.Optimizer is not { } optimizer) return;
        if (optimizer.Kind is not { } kind || !design.Recipe.Optimizer.StartsWith(kind, StringComparison.Ordinal))
        {
            throw new DescribedException(
                path,
                $"its optimizer is {optimizer.Kind ?? $"of a kind that {title} has no standard trainer for"}, but {options.Trainer} trains with {design.Recipe.Optimizer}",
                "continue with the trainer that wrote it, or begin a training with its weights (--pretrained_weights)");
        }
    }

    private static TrainingState StateOf(StoredTraining stored, TrainerRecipe recipe, TrainingSettings settings)
    {
        int count = Math.Min(stored.TrainingLosses.Count, Math.Min(stored.ValidationLosses.Count, stored.Metrics.Count));
        TrainingState state = new();
        for (int e = 0; e < count; e++)
        {
            EpochRecord epoch = new()
            {
                TrainingLoss = stored.TrainingLosses[e],
                ValidationLoss = stored.ValidationLosses[e],
                Dice = stored.Metrics[e],
                DicePerClass = [],
                Rate = recipe.LearningRateAfter(state.Course(settings)),
                Seconds = double.NaN,
                WaitShare = double.NaN,
            };
            state = state.After(epoch, settings, out _);
        }

        // Old releases counted the last epoch twice; where there are curves, they tell.
        int epochs = count > 0 ? count : stored.Epoch;
        return state with
        {
            Epoch = epochs,
            EndedEarly = epochs < settings.Epochs && recipe.EndsAfter(state.Course(settings)) is not null,
            BestValidationAverage = stored.BestAverage ?? state.BestValidationAverage,
            LossScale = stored.LossScale is { } scale and > 0 ? new LossScale { Scale = scale, GoodSteps = stored.LossScaleSteps } : null,
            RescueMomentum = IsRescued(stored, recipe, epochs, settings) ? recipe.RescueMomentum : null,
        };
    }

    /// <summary>Whether the momentum is that of a training which was restarted because its validation Dice stayed 0.</summary>
    private static bool IsRescued(StoredTraining stored, TrainerRecipe recipe, int epochs, TrainingSettings settings) =>
        stored.Optimizer?.Momentum is { } momentum && momentum == recipe.RescueMomentum && epochs > recipe.RescueEpoch && !MomentaAt(recipe, epochs, settings).Contains(momentum);

    /// <summary>The momentum of the epoch that is complete and of the next one: trainers that change it do so before or after they save.</summary>
    private static double[] MomentaAt(TrainerRecipe recipe, int epochs, TrainingSettings settings) =>
        [recipe.MomentumAt(Math.Max(0, epochs - 1), settings.Epochs), recipe.MomentumAt(epochs, settings.Epochs)];

    private static IEnumerable<string> RemarksOn(string title, StoredTraining stored, TrainerRecipe recipe, TrainingState state, TrainingSettings settings, TrainingOptions options)
    {
        if (options.ValidationOnly) yield break;

        if (stored.Optimizer is not { } optimizer)
        {
            yield return $"the checkpoint of {title} holds no state of its optimizer, which therefore begins anew: the first epochs may be worse than the last ones";
            yield break;
        }

        if (optimizer.Momentum is { } momentum && state.RescueMomentum is null && !MomentaAt(recipe, state.Epoch, settings).Contains(momentum))
        {
            yield return FormattableString.Invariant($"warning: the momentum factor was {momentum} in {title} and is {recipe.MomentumAt(state.Epoch, settings.Epochs)} here");
        }

        if (optimizer.WeightDecay is { } decay && decay != settings.WeightDecay)
        {
            yield return FormattableString.Invariant($"warning: the weight decay was {decay} in {title} and is {settings.WeightDecay} here");
        }
    }
}
