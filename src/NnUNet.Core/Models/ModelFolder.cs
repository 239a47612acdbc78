using System.Globalization;
using System.Text;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>A trained model on disk: <c>plans.json</c> with the network, and one folder of checkpoints a fold.</summary>
/// <remarks>
/// Usually <c>$RESULTS_FOLDER/nnUNet/CONFIGURATION/TASK/TRAINER__PLANS</c>, but any folder of that content will do.
/// Source: nnunet/training/model_restore.py, load_model_and_checkpoint_files.
/// </remarks>
public sealed class ModelFolder
{
    /// <summary>The stem of the checkpoint that a finished training leaves; in folders of other programs, what these call it (<see cref="ModelFormat.StemOf"/>).</summary>
    public const string FinalCheckpoint = "model_final_checkpoint";

    /// <summary>The ending of checkpoints.</summary>
    public const string CheckpointEnding = ".safetensors";

    /// <summary>What the folder of a fold is called before its number.</summary>
    public const string FoldPrefix = "fold_";

    private readonly StoredModel _stored;
    private readonly string? _network;
    private readonly string? _told;
    private readonly ValueArray<string> _recovered;

    private ModelFolder(string path, ModelFormat format, string? network, string? told, ValueArray<string> recovered)
    {
        (Path, Format, _network, _told, _recovered) = (path, format, network, told, recovered);
        StoredModel stored = format.Read(path, network, told);
        _stored = stored with { Warnings = [.. recovered, .. stored.Warnings], Contract = stored.Contract.Checked(System.IO.Path.Combine(path, format.PlansFileName)) };
        Folds = FindFolds(path, format);
    }

    /// <summary>The name of a fold's folder.</summary>
    public static string FoldFolderName(int fold) => FoldPrefix + fold.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of a fold's folder in a model's folder.</summary>
    /// <param name="fold">A number, or <c>all</c>.</param>
    public static string FoldFolderName(string fold) =>
        fold == CrossValidation.Folds.All ? fold : FoldFolderName(int.Parse(fold, CultureInfo.InvariantCulture));

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What the model promises.</summary>
    public ModelContract Contract => _stored.Contract;

    /// <summary>How to build the network.</summary>
    public NetworkDescription Network => Contract.Network;

    /// <summary>The kind of model.</summary>
    public ModelFormat Format { get; }

    /// <summary>The trainer's name; empty where only the folder's name tells it.</summary>
    public string Trainer => _stored.Trainer;

    /// <summary>What the model says beyond its contract.</summary>
    internal StoredModel Stored => _stored;

    /// <summary>What had to be guessed when the model was opened, each in one sentence.</summary>
    public ValueArray<string> Warnings => _stored.Warnings;

    /// <summary>The folds that have a folder: numbers in ascending order, then "all".</summary>
    public IReadOnlyList<string> Folds { get; }

    /// <summary>The plan of nnU-Net v1 that the model was trained by, for those who write such models; null where there is none. What predicts asks the <see cref="Contract"/>.</summary>
    public Plan? Plan => _stored.Plan;

    /// <summary>The stage of <see cref="Plan"/> that the model works on.</summary>
    public int Stage => _stored.Stage;

    /// <summary>The plan's file.</summary>
    public string PlansPath => System.IO.Path.Combine(Path, Format.PlansFileName);

    /// <summary>Opens a folder; reads the plan, no weights. A folder of the Python original opens too.</summary>
    /// <param name="path">The folder that training wrote.</param>
    /// <param name="networkOverride">For models of other programs, overrides what their files say about the network: a trainer's name, or a JSON file; null for nothing.</param>
    /// <exception cref="DescribedException">The folder or its plan is missing, or the plan lacks the network.</exception>
    public static ModelFolder Open(string path, string? networkOverride = null) => Open(path, networkOverride, []);

    /// <summary>Opens a folder for some folds: where checkpoints tell how to predict (trainer, configuration, mirroring), the first fold's does, as in nnU-Net.</summary>
    /// <param name="path">The folder that training wrote.</param>
    /// <param name="networkOverride">As for <see cref="Open(string, string)"/>.</param>
    /// <param name="folds">The folds in the order in which they are asked for; none for all.</param>
    /// <param name="stem">The checkpoint's name without its ending.</param>
    /// <exception cref="DescribedException">The folder or its plan is missing, or the plan lacks the network. Folds that are missing are told by <see cref="SelectFolds"/>.</exception>
    public static ModelFolder Open(string path, string? networkOverride, IReadOnlyList<string> folds, string stem = FinalCheckpoint)
    {
        path = System.IO.Path.GetFullPath(path);
        ValueArray<string> recovered = Directory.Exists(path) ? [] : Recovered(path);
        if (!Directory.Exists(path))
        {
            throw File.Exists(path)
                ? new DescribedException(path, "this is a file, not a model folder", "name the folder of a model; a zip archive is installed first, with nnUNet_install_pretrained_model_from_zip")
                : MissingModel.Error(path);
        }

        // A plans.json that no format knows is a damaged one of ours, until another format says otherwise.
        ModelFormat format = ModelFormat.For(path)
            ?? (File.Exists(System.IO.Path.Combine(path, Planning.Plan.ModelFileName)) ? new OwnModelFormat() : null)
            ?? throw Unknown(path);
        return new ModelFolder(path, format, networkOverride, Telling(path, format, folds, stem), recovered);
    }

    /// <summary>The same folder as the checkpoint of the first of some folds tells it; this one where it is told so already.</summary>
    /// <param name="folds">The folds in their order.</param>
    /// <param name="stem">The checkpoint's name without its ending.</param>
    /// <exception cref="DescribedException">The checkpoint is damaged, or tells something that cannot be used.</exception>
    internal ModelFolder ToldBy(IReadOnlyList<string> folds, string stem) =>
        Telling(Path, Format, folds, stem) is { } told && told != _told ? new ModelFolder(Path, Format, _network, told, _recovered) : this;

    /// <summary>What the model was trained by as the content of a <c>plans.json</c>: the model's own file where it is called so, else its plan of nnU-Net v1 with the network; null where it has none.</summary>
    public byte[]? PlanContent() =>
        Format.PlansFileName == Planning.Plan.ModelFileName ? InputFile.ReadBytes(PlansPath)
        : Plan is not null ? Encoding.UTF8.GetBytes(ProductJson.Print(Plan))
        : null;

    /// <summary>All files that decide about what some folds predict: the plan, and each fold's checkpoint with what its format keeps beside it.</summary>
    /// <param name="folds">The folds' names, in any order.</param>
    /// <param name="stem">The checkpoint's name without its ending.</param>
    /// <exception cref="DescribedException">A fold or its checkpoint is missing.</exception>
    public IReadOnlyList<string> FilesOf(IEnumerable<string> folds, string stem = FinalCheckpoint) =>
    [
        .. new[] { PlansPath }.Where(File.Exists),
        .. folds.Order(StringComparer.Ordinal).Select(fold => CheckpointPath(fold, stem)).SelectMany(checkpoint => (string[])[checkpoint, .. Format.FilesBeside(checkpoint).Where(File.Exists)]),
    ];

    /// <summary>The folder of a fold, whether or not it exists.</summary>
    /// <param name="fold">A number, or "all".</param>
    public string FoldPath(string fold) => FoldPath(Path, Format, fold);

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

        string[] stems = [.. Endings().SelectMany(ending => VisibleFiles.In(FoldPath(fold), "*" + ending)).Select(static f => System.IO.Path.GetFileNameWithoutExtension(f)!).Distinct().Order(StringComparer.Ordinal)];
        throw new DescribedException(
            FoldPath(fold),
            $"there is no checkpoint {Format.StemOf(stem)}{Format.CheckpointEnding}",
            stems.Length == 0 ? "train this fold, or leave it out" : $"finish the training of this fold, or choose a checkpoint that there is ({string.Join(", ", stems)})");
    }

    /// <summary>The folds to predict with: those that are asked for, or all numbered ones that have the checkpoint.</summary>
    /// <param name="wanted">Numbers or "all"; null or none finds them.</param>
    /// <param name="stem">The checkpoint's name without its ending.</param>
    /// <returns>Fold names; never empty. "all" is found only where there is nothing else.</returns>
    /// <exception cref="DescribedException">A fold that is asked for, or every checkpoint, is missing.</exception>
    public IReadOnlyList<string> SelectFolds(IReadOnlyList<string>? wanted, string stem = FinalCheckpoint)
    {
        string[] complete = [.. Folds.Where(f => FindCheckpoint(f, stem) is not null)];
        if (wanted is { Count: > 0 })
        {
            string[] names = [.. wanted.Select(FoldName).Distinct(StringComparer.Ordinal)];
            string[] missing = [.. names.Where(name => !complete.Contains(name, StringComparer.Ordinal))];
            if (missing.Length > 1)
            {
                throw new DescribedException(
                    Path,
                    $"there is no fold {missing[0]}, nor {string.Join(", ", missing[1..])}, with a checkpoint {Format.StemOf(stem)}{Format.CheckpointEnding}",
                    complete.Length == 0 ? "train them first, or choose another checkpoint (-chk)" : $"train them first, or take what there is (-f {string.Join(' ', complete)})");
            }

            foreach (string name in names) CheckpointPath(name, stem);
            return names;
        }

        string[] numbered = [.. complete.Where(static f => f != CrossValidation.Folds.All)];
        if (numbered.Length > 0) return numbered;
        if (complete.Length > 0) return complete;

        throw new DescribedException(
            Path,
            Folds.Count == 0 ? "there are no folds in this folder" : $"no fold has a checkpoint {Format.StemOf(stem)}{Format.CheckpointEnding} (there are the folds {string.Join(", ", Folds)})",
            "train the model first, or choose another checkpoint");
    }

    /// <summary>Our own file is taken before one of another program of the same stem.</summary>
    private string? FindCheckpoint(string fold, string stem) => FindCheckpoint(Path, Format, fold, stem);

    private static string? FindCheckpoint(string path, ModelFormat format, string fold, string stem) =>
        Endings().Select(ending => System.IO.Path.Combine(FoldPath(path, format, fold), format.StemOf(stem) + ending)).FirstOrDefault(File.Exists);

    private static string FoldPath(string path, ModelFormat format, string fold) => System.IO.Path.Combine(path, fold == CrossValidation.Folds.All ? format.FolderOfAllCases : FoldPrefix + fold);

    /// <summary>The checkpoint of the first fold, if it is of the format's kind: one that a training here has continued tells nothing of what it came from.</summary>
    private static string? Telling(string path, ModelFormat format, IReadOnlyList<string> folds, string stem) =>
        (folds.Count > 0 ? FindCheckpoint(path, format, FoldName(folds[0]), stem) : FindFolds(path, format).Select(fold => FindCheckpoint(path, format, fold, stem)).FirstOrDefault(static found => found is not null)) is { } checkpoint
            && checkpoint.EndsWith(format.CheckpointEnding, StringComparison.Ordinal) ? checkpoint : null;

    /// <summary>The endings of checkpoints, the own first.</summary>
    internal static IEnumerable<string> Endings() => ModelFormat.All().Select(static f => f.CheckpointEnding).Distinct();

    private static string FoldName(string fold) => fold.StartsWith(FoldPrefix, StringComparison.Ordinal) ? fold[FoldPrefix.Length..] : fold;

    private static List<string> FindFolds(string path, ModelFormat format)
    {
        List<string> folds = [.. VisibleFiles.FoldersIn(path, FoldPrefix + "*")
            .Select(static f => System.IO.Path.GetFileName(f)[FoldPrefix.Length..])
            .Where(static f => int.TryParse(f, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderBy(static f => int.Parse(f, CultureInfo.InvariantCulture))];
        if (Directory.Exists(System.IO.Path.Combine(path, format.FolderOfAllCases))) folds.Add(CrossValidation.Folds.All);
        return folds;
    }

    /// <summary>Where an installation was interrupted between taking the old model away and putting the new one in its place, neither is there.</summary>
    private static ValueArray<string> Recovered(string path)
    {
        // RESULTS/DatasetXXX_NAME/MODEL, and RESULTS/nnUNet/CONFIGURATION/TASK/MODEL
        string? above = System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(System.IO.Path.TrimEndingDirectorySeparator(path)));
        return new[] { above, System.IO.Path.GetDirectoryName(above) }.Where(static models => models is { Length: > 0 }).SelectMany(static models => InterruptedInstallations.Recover(models!)).ToValueArray();
    }

    private static DescribedException Unknown(string path)
    {
        string[] names = [.. ModelFormat.All().Select(static f => f.PlansFileName).Distinct()];
        string[] checkpoints = [.. Endings().SelectMany(ending => VisibleFiles.In(path, "*" + ending)).Select(static f => System.IO.Path.GetFileName(f)!)];
        return checkpoints.Length > 0
            ? new DescribedException(path, $"there is no {string.Join(" or ", names)} in this folder, but a checkpoint ({checkpoints[0]}): it is the folder of a fold", "name the folder above, TRAINER__PLANS (of nnU-Net v2 TRAINER__PLANS__CONFIGURATION), which has the plans and the folders of the folds; where only the fold was sent, get the whole model")
            : new DescribedException(path, $"there is no {string.Join(" or ", names)} in this folder", Remedy(path));
    }

    private static string Remedy(string path)
    {
        EnumerationOptions deep = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true };
        string[] below = [.. ModelFormat.All().Select(static f => f.PlansFileName).Distinct()
            .SelectMany(name => Directory.EnumerateFiles(path, name, deep))
            .Select(f => System.IO.Path.GetRelativePath(path, System.IO.Path.GetDirectoryName(f)!))
            .Where(static f => !VisibleFiles.IsPathIgnored(f))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Take(10)];
        return below.Length == 0 ? "name the folder that training wrote (TRAINER__PLANS, of nnU-Net v2 TRAINER__PLANS__CONFIGURATION)" : $"below it are the models {string.Join(", ", below)}";
    }
}
