using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>Model folders of the Python nnU-Net v1: <c>plans.pkl</c>, <c>fold_k/*.model</c> and <c>*.model.pkl</c>.</summary>
/// <remarks>
/// The plan is the one beside the first fold's checkpoint, by which the original predicts too; the network is read off its weights,
/// the rest off the trainer's name (<see cref="V1Trainer"/>) and the fold's <c>debug.json</c>. Source: nnunet/training/model_restore.py.
/// </remarks>
[CatalogName("nnunet_v1")]
public sealed class V1ModelFormat : ModelFormat
{
    private const string Ending = ".model";
    /// <summary>The plan's file in a model's folder.</summary>
    internal const string PlansName = "plans.pkl";


    private static readonly string[] Stems = [ModelFolder.FinalCheckpoint, "model_best", "model_latest"];

    /// <inheritdoc/>
    public override string Title => "nnU-Net v1 (Python)";

    /// <inheritdoc/>
    public override string CheckpointEnding => Ending;

    /// <inheritdoc/>
    public override string PlansFileName => PlansName;

    /// <inheritdoc/>
    public override IEnumerable<string> FilesBeside(string checkpoint) => [checkpoint + ".pkl", V1TrainerRecord.DebugPath(Path.GetDirectoryName(checkpoint)!)];

    /// <inheritdoc/>
    public override IEnumerable<string> FilesToKeep => [V1TrainerRecord.DebugName, "progress.png"];

    /// <summary>Whether the folder has a <c>plans.pkl</c>, or a fold with a checkpoint of the original, which holds the plan as well.</summary>
    public override bool Recognizes(string folder) => File.Exists(Path.Combine(folder, PlansName)) || FoldFolders(folder).Any(static f => VisibleFiles.In(f, "*" + Ending).Count > 0);

    /// <inheritdoc/>
    public override StoredWeights OpenWeights(string checkpoint) => V1Checkpoint.Open(checkpoint).Weights();

    /// <inheritdoc/>
    public override StoredTraining OpenTraining(string checkpoint) => V1Training.Open(checkpoint, StageOf);

    /// <inheritdoc/>
    public override StoredModel Read(string folder, string? network = null)
    {
        string checkpoint = FirstCheckpoint(folder);
        List<string> warnings = [];
        V1TrainerRecord record = V1TrainerRecord.Read(checkpoint + ".pkl");
        Plan plan = ReadPlan(folder, checkpoint, record, warnings);
        int stage = CheckedStage(folder, record, plan);

        NetworkOverride choice = NetworkOverride.Parse(network);
        V1Trainer trainer = Trainer(record.Name, choice, warnings, out bool guessed);
        (int[]? debugAxes, LabelRegions? debugRegions) = V1TrainerRecord.Debug(Path.GetDirectoryName(checkpoint)!, plan.PlansPerStage[stage].PatchSize.Count);
        if (RegionsOf(trainer, choice, debugRegions) is { } regions) plan = plan with { Regions = regions.Regions, RegionsClassOrder = regions.ClassOrder };
        int axes = plan.PlansPerStage[stage].PatchSize.Count;
        int[] mirror = !trainer.Mirrors ? [] : (choice.Trainer is null ? debugAxes : null) ?? [.. Enumerable.Range(0, axes)];
        if (guessed) warnings.Add(Guessed(record.Name, mirror, debugAxes is not null));
        NetworkDescription description = new()
        {
            Name = "",
            Arguments = default,
            MirrorAxes = mirror.ToValueArray(),
            Stage = plan.PlansPerStage.Count > 1 ? stage : null,
        };
        NetworkDescription built = choice.Override(Describe(checkpoint, trainer, description, choice, plan.NumModalities));
        ModelContract contract = PlanContract.Of(plan, stage, built, ModelPostprocessing.Of(folder));
        return new StoredModel(contract, record.Name, warnings.ToValueArray()) { Plan = plan with { Network = built }, Stage = stage };
    }

    /// <summary>What the outputs are: as the fold's <c>debug.json</c> says, where no other trainer is named, else as the trainer's name says.</summary>
    private static LabelRegions? RegionsOf(V1Trainer trainer, NetworkOverride choice, LabelRegions? debug) =>
        choice.Trainer is not null || debug is null || debug.ClassOrder == trainer.Regions?.ClassOrder ? trainer.Regions : debug;

    private static NetworkDescription Describe(string checkpoint, V1Trainer trainer, NetworkDescription description, NetworkOverride choice, int modalities)
    {
        using V1Checkpoint weights = V1Checkpoint.Open(checkpoint);
        Dictionary<string, ValueArray<long>> shapes = weights.Tensors.ToDictionary(static t => t.Key, static t => t.Value.Shape, StringComparer.Ordinal);
        V1Network network = new(checkpoint, shapes);
        if (network.Name is { } name)
        {
            JsonObject arguments = network.Arguments(trainer);

            // More channels than the images have: the network sees the cascade's first stage too.
            return description with
            {
                Name = name,
                Arguments = JsonSerializer.SerializeToElement(arguments, ProductJson.Options),
                PreviousStage = (long)arguments["input_channels"]! > modalities,
            };
        }

        if (choice.NamesNetwork) return description with { Arguments = JsonSerializer.SerializeToElement(new JsonObject(), ProductJson.Options) };
        throw new TorchFileException(checkpoint, "its network is none of nnU-Net's", "name the network of a plug-in with --network FILE.json ({\"name\": …, \"arguments\": …})");
    }

    private static V1Trainer Trainer(string name, NetworkOverride choice, List<string> warnings, out bool guessed)
    {
        V1Trainer? known = V1Trainer.Find(choice.Trainer ?? name);
        guessed = known is null && !choice.NamesNetwork;
        if (choice.Trainer is not null && known is not null) warnings.Add($"the network is built as {choice.Trainer} builds it, though the model was trained by {name}");
        return known ?? V1Trainer.Guess(name);
    }

    private static string Guessed(string name, int[] mirror, bool debug) =>
        $"the trainer {name} is not one of nnU-Net's: instance norm and LeakyReLU are assumed where the weights do not tell, and mirroring along "
        + (mirror.Length == 0 ? "no axis" : $"axes {string.Join(", ", mirror)}") + (debug ? " (debug.json says so)" : "")
        + "; if it built its network like another trainer, name that with --network";

    /// <summary>The original predicts by the plan beside the checkpoint; plans.pkl is a copy that may have been changed since.</summary>
    private static Plan ReadPlan(string folder, string checkpoint, V1TrainerRecord record, List<string> warnings)
    {
        string path = Path.Combine(folder, PlansName);
        bool copied = File.Exists(path);
        if (!copied && record.Plans is null)
        {
            throw new DescribedException(path, $"the file is missing, and {Path.GetFileName(checkpoint)}.pkl holds no plan either", "copy plans.pkl from where the model came from into this folder: the original keeps it beside the folders of the folds");
        }

        if (!copied)
        {
            warnings.Add($"{path} is missing; the plan beside the checkpoint is used, by which the original predicts as well");
            return PlanBeside(checkpoint, record.Plans);
        }

        if (record.Plans is null) return PlanFile.Read(path);
        JsonObject used = PickledPlan.ToNode(checkpoint + ".pkl", record.Plans);
        JsonObject copy = PickledPlan.Read(path);
        if (!JsonNode.DeepEquals(used["plans_per_stage"], copy["plans_per_stage"]))
        {
            warnings.Add($"{PlansName} differs from the plan beside the checkpoint, by which the original predicts; the latter is used");
        }

        return PlanBeside(checkpoint, used);
    }

    /// <summary>The plan in a checkpoint's <c>.model.pkl</c>.</summary>
    /// <param name="checkpoint">The <c>.model</c> file.</param>
    /// <param name="plans">What the pickle holds under "plans".</param>
    internal static Plan PlanBeside(string checkpoint, object? plans) => PlanBeside(checkpoint, PickledPlan.ToNode(checkpoint + ".pkl", plans));

    private static Plan PlanBeside(string checkpoint, JsonObject plans) => PlanFile.Parse($"{checkpoint}.pkl: plans", plans);

    private static int CheckedStage(string folder, V1TrainerRecord record, Plan plan)
    {
        int stage = StageOf(folder, plan, record.Stage);
        return plan.PlansPerStage.ContainsKey(stage)
            ? stage
            : throw new DescribedException(folder, $"the model was trained at stage {stage}, but its plan has {string.Join(", ", plan.PlansPerStage.Keys)}", "get the model again from where it came from");
    }

    /// <summary>The folders of the folds that there are.</summary>
    internal static IEnumerable<string> FoldFolders(string folder) =>
        VisibleFiles.FoldersIn(folder, ModelFolder.FoldPrefix + "*").Append(Path.Combine(folder, Folds.All)).Where(Directory.Exists);

    private static string FirstCheckpoint(string folder)
    {
        foreach (string fold in FoldFolders(folder))
        {
            string? found = Stems.Select(stem => Path.Combine(fold, stem + Ending)).Concat(VisibleFiles.In(fold, "*" + Ending)).FirstOrDefault(File.Exists);
            if (found is null) continue;
            return File.Exists(found + ".pkl") ? found : throw new DescribedException(found, "the .pkl beside it is missing, which names trainer and plan", "get the model again from where it came from");
        }

        throw new DescribedException(folder, $"no fold has a checkpoint ({Stems[0]}{Ending})", "get the model again from where it came from");
    }
}
