using System.Text.Json;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>What was exported.</summary>
/// <param name="Folds">The folds.</param>
/// <param name="Trainer">The trainer that the original will build the network with.</param>
/// <param name="Warnings">Where the original will do something else than this program.</param>
public sealed record V1ExportReport(ValueArray<string> Folds, string Trainer, ValueArray<string> Warnings);

/// <summary>Writes a model as the Python nnU-Net v1 has it, from one of ours.</summary>
/// <remarks>
/// The pickles use only operations and names that the original's own files use. Weights, and the momentum of
/// SGD, are passed on bit by bit; the states of other optimizers are not. Source: nnunet/training/model_restore.py; network_trainer.py, load_checkpoint_ram.
/// </remarks>
public static class V1Exporter
{
    private const string Ending = ".model";

    private static readonly string[] Copied = ["postprocessing.json", "dataset.json"];

    /// <summary>Writes <c>plans.pkl</c>, and for each fold <c>model_final_checkpoint.model</c> and <c>.model.pkl</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Gets the files; must not exist, or be empty.</param>
    /// <param name="trainer">The trainer's name in the original; null for the model's own.</param>
    /// <param name="checkpoint">The stem of the checkpoint.</param>
    /// <param name="progress">Reports each fold that is written.</param>
    /// <param name="cancel">Stops before the next tensor.</param>
    /// <exception cref="DescribedException">The folder is not empty, or a checkpoint is missing or damaged.</exception>
    public static V1ExportReport Export(
        ModelFolder model, string folder, string? trainer = null, string checkpoint = ModelFolder.FinalCheckpoint, IProgress<string>? progress = null, CancellationToken cancel = default)
    {
        folder = Path.GetFullPath(folder);
        EmptyFolder.Check(folder);
        IReadOnlyList<string> folds = model.SelectFolds(null, checkpoint);
        string name = trainer ?? (model.Trainer.Length > 0 ? model.Trainer : Path.GetFileName(model.Path).Split("__")[0]);
        Plan plan = model.Plan ?? throw new DescribedException(model.Path, $"a model of {model.Format.Title} has no plan of nnU-Net v1", "export a model that was trained here or by the Python nnU-Net v1");
        CheckOutputs(model, name);
        PickleDictionary plans = V1PlanWriter.ToPickle(plan);
        PickleFile.Write(Path.Combine(folder, "plans.pkl"), plans);
        foreach (string fold in folds)
        {
            string source = model.CheckpointPath(fold, checkpoint);
            string target = Path.Combine(folder, Path.GetFileName(model.FoldPath(fold)), ModelFolder.FinalCheckpoint + Ending);
            using (SourceWeights weights = SourceWeights.Open(source)) weights.Write(target, cancel);
            PickleFile.Write(target + ".pkl", Record(model, plan, fold, name, plans));
            progress?.Report(fold);
        }

        foreach (string file in Copied.Where(f => File.Exists(Path.Combine(model.Path, f)))) File.Copy(Path.Combine(model.Path, file), Path.Combine(folder, file));
        return new V1ExportReport(folds.ToValueArray(), name, Differences(model, folder, name).ToValueArray());
    }

    /// <summary>What outputs are, the original knows by the trainer's name alone; it would take regions for classes, and classes for regions.</summary>
    /// <exception cref="DescribedException">A trainer of the original says something else of the outputs than the model.</exception>
    private static void CheckOutputs(ModelFolder model, string trainer)
    {
        if (V1Trainer.Find(trainer) is not { } known) return;

        LabelContract labels = model.Contract.Labels;
        LabelRegions? ours = labels.HasRegions ? new LabelRegions(labels.Regions, labels.RegionsClassOrder) : null;
        if (ours is null && known.Regions is null) return;
        if (ours is not null && known.Regions is { } theirs && ours.AreSameOutputsAs(theirs)) return;

        string[] fitting = [.. V1Trainer.Names.Where(n => ours is not null && V1Trainer.Find(n)!.Regions is { } found && ours.AreSameOutputsAs(found))];
        throw new DescribedException(
            model.Path,
            $"the model's outputs are {(ours is null ? "the background and the classes" : $"the regions {ours}")}, but {trainer} of the original predicts {(known.Regions is null ? "the background and the classes" : $"the regions {known.Regions}")}",
            fitting.Length > 0 ? $"name a trainer that predicts these regions with -tr: {string.Join(", ", fitting)}"
            : ours is null ? "name a trainer that predicts classes with -tr"
            : "the original has no trainer that predicts these regions; write one there, and name it with -tr");
    }

    /// <summary>The arguments with which the original makes the trainer again, its name, and the plan.</summary>
    private static PickleDictionary Record(ModelFolder model, Plan plan, string fold, string trainer, PickleDictionary plans)
    {
        string[] place = Place(model.Path);
        bool stages = plan.PlansPerStage.Count > 1, slices = model.Contract.Tiles.Is2D;
        bool batchDice = slices || (stages && model.Stage == plan.PlansPerStage.Keys.Last());
        string plansFile = $"{place[1]}/{place[2].Split("__")[^1]}_plans_{(slices ? "2D" : "3D")}.pkl";
        object number = int.TryParse(fold, out int n) ? (long)n : fold;
        List<object?> arguments = [plansFile, number, string.Join('/', place.Prepend("nnUNet")), place[1], batchDice, (long)model.Stage, true, false];
        if (place[0] == Configuration.Cascade.Name) arguments.Add((V1Trainer.Find(trainer) ?? V1Trainer.Guess(trainer)).PreviousTrainer);
        arguments.Add(true); // mixed precision on a GPU
        return new PickleDictionary
        {
            IsOrdered = true,
            ["init"] = PickleTuple.Create([.. arguments]),
            ["name"] = trainer,
            ["class"] = $"<class 'nnunet.training.network_training.{trainer}.{trainer}'>",
            ["plans"] = plans,
        };
    }

    /// <summary>Configuration, task and TRAINER__PLANS; the original parses the path of its output folder.</summary>
    private static string[] Place(string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 3 && parts[^2].StartsWith("Task", StringComparison.Ordinal) ? parts[^3..] : [Configuration.FullResolution.Name, "Task000_Unknown", $"{Configuration.FullResolution.DefaultTrainer}__nnUNetPlansv2.1"];
    }

    /// <summary>What the original will build by the trainer's name, compared with what this program builds.</summary>
    private static IEnumerable<string> Differences(ModelFolder model, string folder, string trainer)
    {
        if (V1Trainer.Find(trainer) is null) yield return $"the original has no trainer {trainer}, and will not load the model; name one that builds the same network with -tr";
        NetworkDescription theirs = new V1ModelFormat().Read(folder).Contract.Network;
        if (theirs.MirrorAxes != model.Network.MirrorAxes) yield return $"{trainer} of the original mirrors along the axes {theirs.MirrorAxes}, this model along {model.Network.MirrorAxes}";
        if (theirs.Name != model.Network.Name) yield return $"the weights are those of {theirs.Name}, but the network is {model.Network.Name}, which the original may not have";
        foreach ((string path, object standard) in Layers)
        {
            (object ours, object other) = (Layer(model.Network.Arguments, path, standard), Layer(theirs.Arguments, path, standard));
            if (!ours.Equals(other)) yield return $"{trainer} of the original builds its network with {path} {other}, this model with {ours}";
        }
    }

    private static readonly (string Path, object Standard)[] Layers =
    [
        ("norm.name", "InstanceNorm"), ("nonlin.name", "LeakyReLU"), ("nonlin.negative_slope", 0.01), ("nonlin_first", false),
    ];

    private static object Layer(JsonElement arguments, string path, object standard)
    {
        JsonElement at = arguments;
        foreach (string key in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(key, out at)) return standard;
        }

        return at.ValueKind switch
        {
            JsonValueKind.String => at.GetString()!,
            JsonValueKind.Number => at.GetDouble(),
            _ => at.ValueKind == JsonValueKind.True,
        };
    }
}
