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

    /// <summary>What the folder of a fold is called before its number.</summary>
    public const string FoldPrefix = "fold_";

    private ModelFolder(string path, Plan plan, NetworkDescription network, ModelFormat? format = null)
    {
        Path = path;
        Plan = plan;
        Network = network;
        Format = format;
        Folds = FindFolds(path);
    }

    /// <summary>The name of a fold's folder.</summary>
    public static string FoldFolderName(int fold) => FoldPrefix + fold.ToString(CultureInfo.InvariantCulture);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The plan that the model was trained by.</summary>
    public Plan Plan { get; }

    /// <summary>How to build the network.</summary>
    public NetworkDescription Network { get; }

    /// <summary>The kind of model that another program wrote; null for the program's own.</summary>
    public ModelFormat? Format { get; }

    /// <summary>The trainer's name; empty where only the folder's name tells it.</summary>
    public string Trainer { get; private init; } = "";

    /// <summary>What had to be guessed when a model of another program was opened, each in one sentence.</summary>
    public ValueArray<string> Warnings { get; private init; }

    /// <summary>The folds that have a folder: numbers in ascending order, then "all".</summary>
    public IReadOnlyList<string> Folds { get; }

    /// <summary>The stage of the plan that the model works on.</summary>
    /// <remarks>As the network says; without that, the first stage for 3d_lowres (by the folder's place) and the last one otherwise.</remarks>
    public int Stage => Network.Stage
        ?? (IsLowResolution(Path) ? Plan.PlansPerStage.Keys.First() : Plan.PlansPerStage.Keys.Last());

    /// <summary>The plan of <see cref="Stage"/>.</summary>
    public ConfigurationPlan Configuration => Plan.PlansPerStage[Stage];

    /// <summary>The plan's file.</summary>
    public string PlansPath => System.IO.Path.Combine(Path, Format?.PlansFileName ?? Plan.ModelFileName);

    /// <summary>Opens a folder; reads the plan, no weights. A folder of the Python original opens too.</summary>
    /// <param name="path">The folder that training wrote.</param>
    /// <param name="networkOverride">For models of other programs, overrides what their files say about the network: a trainer's name, or a JSON file; null for nothing.</param>
    /// <exception cref="DescribedException">The folder or its plan is missing, or the plan lacks the network.</exception>
    public static ModelFolder Open(string path, string? networkOverride = null)
    {
        path = System.IO.Path.GetFullPath(path);
        string plans = System.IO.Path.Combine(path, Plan.ModelFileName);
        if (!Directory.Exists(path)) throw new DescribedException(path, "there is no such model folder", "train the model first, or check configuration, task, trainer and plans");
        if (!File.Exists(plans)) return OpenForeign(path, networkOverride);
        if (networkOverride is not null) throw new DescribedException(plans, $"the network is told here, so that {networkOverride} cannot replace it", "leave the network out, or edit the key network of this file");

        Plan plan = ProductJson.Read<Plan>(plans);
        NetworkDescription network = plan.Network
            ?? throw new DescribedException(plans, "the key network is missing", "use the plans.json that training writes into the model folder, not a plan of the preprocessed data");
        ModelFolder folder = new(path, plan, network);
        return plan.PlansPerStage.ContainsKey(folder.Stage)
            ? folder
            : throw new DescribedException(plans, $"network.stage is {folder.Stage}, but plans_per_stage has {string.Join(", ", plan.PlansPerStage.Keys)}", "correct the plan");
    }

    /// <summary>Writes the plan with its network as <c>plans.json</c>.</summary>
    public void WritePlan(string path)
    {
        if (Format is null) AtomicFile.Write(path, stream => stream.Write(File.ReadAllBytes(PlansPath)));
        else ProductJson.Write(path, Plan);
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

        if (FindCheckpoint(fold, stem) is { } checkpoint) return checkpoint;

        string[] stems = [.. Endings().SelectMany(ending => Directory.EnumerateFiles(FoldPath(fold), "*" + ending)).Select(static f => System.IO.Path.GetFileNameWithoutExtension(f)!).Distinct().Order(StringComparer.Ordinal)];
        throw new DescribedException(
            FoldPath(fold),
            $"there is no checkpoint {stem}{Format?.CheckpointEnding ?? CheckpointEnding}",
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

        string[] complete = [.. Folds.Where(f => FindCheckpoint(f, stem) is not null)];
        string[] numbered = [.. complete.Where(static f => f != AllFold)];
        if (numbered.Length > 0) return numbered;
        if (complete.Length > 0) return complete;

        throw new DescribedException(
            Path,
            Folds.Count == 0 ? "there are no folds in this folder" : $"no fold has a checkpoint {stem}{Format?.CheckpointEnding ?? CheckpointEnding} (there are the folds {string.Join(", ", Folds)})",
            "train the model first, or choose another checkpoint");
    }

    /// <summary>Our own file is taken before one of another program of the same stem.</summary>
    private string? FindCheckpoint(string fold, string stem) => Endings().Select(ending => System.IO.Path.Combine(FoldPath(fold), stem + ending)).FirstOrDefault(File.Exists);

    /// <summary>The endings of checkpoints, the own first.</summary>
    internal static IEnumerable<string> Endings() => ModelFormat.All().Select(static f => f.CheckpointEnding).Prepend(CheckpointEnding);

    private static ModelFolder OpenForeign(string path, string? network)
    {
        ModelFormat format = ModelFormat.For(path) ?? throw new DescribedException(path, $"there is no {Plan.ModelFileName} in this folder", Remedy(path));
        StoredModel model = format.Read(path, network);
        return new ModelFolder(path, model.Plan, model.Plan.Network!, format) { Trainer = model.Trainer, Warnings = model.Warnings };
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
        System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(path))) == Planning.Configuration.LowResolution.Name;

    private static string Remedy(string path)
    {
        EnumerationOptions deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true };
        string[] below = [.. ModelFormat.All().Select(static f => f.PlansFileName).Prepend(Plan.ModelFileName)
            .SelectMany(name => Directory.EnumerateFiles(path, name, deep))
            .Select(f => System.IO.Path.GetRelativePath(path, System.IO.Path.GetDirectoryName(f)!))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Take(10)];
        return below.Length == 0 ? "name the folder that training wrote (TRAINER__PLANS)" : $"below it are the models {string.Join(", ", below)}";
    }
}
