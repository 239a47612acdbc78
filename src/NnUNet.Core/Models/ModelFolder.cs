using System.Globalization;
using NnUNet.Core.Planning;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Models;

/// <summary>A trained model on disk: <c>plans.json</c> with the network, and one folder of checkpoints a fold.</summary>
/// <remarks>
/// Usually <c>$RESULTS_FOLDER/nnUNet/CONFIGURATION/TASK/TRAINER__PLANS</c>, but any folder of that content will do.
/// Source: nnunet/training/model_restore.py, load_model_and_checkpoint_files.
/// </remarks>
public sealed class ModelFolder
{
    /// <summary>The stem of the checkpoint that a finished training leaves.</summary>
    public const string FinalCheckpoint = "model_final_checkpoint";

    /// <summary>The ending of checkpoints.</summary>
    public const string CheckpointEnding = ".safetensors";

    /// <summary>The name of the fold that is trained on all cases; its folder is called so too.</summary>
    public const string AllFold = "all";

    private const string FoldPrefix = "fold_";

    private ModelFolder(string path, Plan plan, NetworkDescription network)
    {
        Path = path;
        Plan = plan;
        Network = network;
        Folds = FindFolds(path);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The plan that the model was trained by.</summary>
    public Plan Plan { get; }

    /// <summary>How to build the network.</summary>
    public NetworkDescription Network { get; }

    /// <summary>The folds that have a folder: numbers in ascending order, then "all".</summary>
    public IReadOnlyList<string> Folds { get; }

    /// <summary>The stage of the plan that the model works on.</summary>
    /// <remarks>As the network says; without that, the first stage for 3d_lowres (by the folder's place) and the last one otherwise.</remarks>
    public int Stage => Network.Stage
        ?? (IsLowResolution(Path) ? Plan.PlansPerStage.Keys.First() : Plan.PlansPerStage.Keys.Last());

    /// <summary>The plan of <see cref="Stage"/>.</summary>
    public ConfigurationPlan Configuration => Plan.PlansPerStage[Stage];

    /// <summary>The plan's file.</summary>
    public string PlansPath => System.IO.Path.Combine(Path, Plan.ModelFileName);

    /// <summary>Opens a folder; reads the plan, no checkpoint.</summary>
    /// <exception cref="DescribedException">The folder or its plan is missing, or the plan lacks the network.</exception>
    public static ModelFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        string plans = System.IO.Path.Combine(path, Plan.ModelFileName);
        if (!Directory.Exists(path)) throw new DescribedException(path, "there is no such model folder", "train the model first, or check configuration, task, trainer and plans");
        if (!File.Exists(plans)) throw new DescribedException(path, $"there is no {Plan.ModelFileName} in this folder", Remedy(path));

        Plan plan = ProductJson.Read<Plan>(plans);
        NetworkDescription network = plan.Network
            ?? throw new DescribedException(plans, "the key network is missing", "use the plans.json that training writes into the model folder, not a plan of the preprocessed data");
        ModelFolder folder = new(path, plan, network);
        return plan.PlansPerStage.ContainsKey(folder.Stage)
            ? folder
            : throw new DescribedException(plans, $"network.stage is {folder.Stage}, but plans_per_stage has {string.Join(", ", plan.PlansPerStage.Keys)}", "correct the plan");
    }

    /// <summary>The folder of a fold, whether or not it exists.</summary>
    /// <param name="fold">A number, or "all".</param>
    public string FoldPath(string fold) => System.IO.Path.Combine(Path, fold == AllFold ? AllFold : FoldPrefix + fold);

    /// <summary>The checkpoint of a fold.</summary>
    /// <param name="fold">A number ("0", "fold_0"), or "all".</param>
    /// <param name="stem">The file's name without its ending.</param>
    /// <exception cref="DescribedException">The fold or its checkpoint is missing; the message names those there are.</exception>
    public string CheckpointPath(string fold, string stem = FinalCheckpoint)
    {
        fold = FoldName(fold);
        if (!Folds.Contains(fold))
        {
            throw new DescribedException(Path, $"there is no fold {fold}", Folds.Count == 0 ? "train it first" : $"train it first, or take one of {string.Join(", ", Folds)}");
        }

        string checkpoint = System.IO.Path.Combine(FoldPath(fold), stem + CheckpointEnding);
        if (File.Exists(checkpoint)) return checkpoint;

        string[] stems = [.. Directory.EnumerateFiles(FoldPath(fold), "*" + CheckpointEnding).Select(static f => System.IO.Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];
        throw new DescribedException(
            FoldPath(fold),
            $"there is no checkpoint {stem}{CheckpointEnding}",
            stems.Length == 0 ? "train this fold, or leave it out" : $"finish the training of this fold, or choose a checkpoint that there is ({string.Join(", ", stems)})");
    }

    /// <summary>The folds to predict with: those that are asked for, or all numbered ones that have the checkpoint.</summary>
    /// <param name="wanted">Numbers or "all"; null or none finds them.</param>
    /// <param name="stem">The checkpoint's name without its ending.</param>
    /// <returns>Fold names; never empty. "all" is found only where there is nothing else.</returns>
    /// <exception cref="DescribedException">A fold that is asked for, or every checkpoint, is missing.</exception>
    public IReadOnlyList<string> SelectFolds(IReadOnlyList<string>? wanted, string stem = FinalCheckpoint)
    {
        if (wanted is { Count: > 0 })
        {
            string[] names = [.. wanted.Select(FoldName).Distinct(StringComparer.Ordinal)];
            foreach (string name in names) CheckpointPath(name, stem);
            return names;
        }

        string[] complete = [.. Folds.Where(f => File.Exists(System.IO.Path.Combine(FoldPath(f), stem + CheckpointEnding)))];
        string[] numbered = [.. complete.Where(static f => f != AllFold)];
        if (numbered.Length > 0) return numbered;
        if (complete.Length > 0) return complete;

        throw new DescribedException(
            Path,
            Folds.Count == 0 ? "there are no folds in this folder" : $"no fold has a checkpoint {stem}{CheckpointEnding} (there are the folds {string.Join(", ", Folds)})",
            "train the model first, or choose another checkpoint");
    }

    private static string FoldName(string fold) => fold.StartsWith(FoldPrefix, StringComparison.Ordinal) ? fold[FoldPrefix.Length..] : fold;

    private static List<string> FindFolds(string path)
    {
        List<string> folds = [.. Directory.EnumerateDirectories(path, FoldPrefix + "*")
            .Select(static f => System.IO.Path.GetFileName(f)[FoldPrefix.Length..])
            .Where(static f => int.TryParse(f, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderBy(static f => int.Parse(f, CultureInfo.InvariantCulture))];
        if (Directory.Exists(System.IO.Path.Combine(path, AllFold))) folds.Add(AllFold);
        return folds;
    }

    private static bool IsLowResolution(string path) =>
        System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(path))) == "3d_lowres";

    private static string Remedy(string path)
    {
        if (File.Exists(System.IO.Path.Combine(path, "plans.pkl"))) return "this is a model of the Python nnU-Net, which this version does not open";

        string[] below = [.. Directory.EnumerateFiles(path, Plan.ModelFileName, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true })
            .Select(f => System.IO.Path.GetRelativePath(path, System.IO.Path.GetDirectoryName(f)!))
            .Order(StringComparer.Ordinal)
            .Take(10)];
        return below.Length == 0 ? "name the folder that training wrote (TRAINER__PLANS)" : $"below it are the models {string.Join(", ", below)}";
    }
}
