using System.Globalization;
using NnUNet.Core.Cascade;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Training;

/// <summary>The low resolution's segmentations that the cascade's second stage sees in training and validation.</summary>
/// <remarks>Source: nnunet/training/network_training/nnUNetTrainerV2_CascadeFullRes.py.</remarks>
internal sealed class PreviousStageSource
{
    private const string UnpackedFolder = "segFromPrevStage";
    private const int NamesShown = 10;

    private readonly PreviousStageFolder _folder;
    private readonly string _unpacked;

    private PreviousStageSource(PreviousStageFolder folder, string stageFolder)
    {
        _folder = folder;
        _unpacked = Path.Combine(stageFolder, UnpackedFolder, Path.GetFileName(folder.ModelPath));
    }

    /// <summary>Finds the segmentations of a training's cases.</summary>
    /// <param name="options">What is trained.</param>
    /// <param name="trainer">The recipe of the low resolution.</param>
    /// <param name="task">The task's full name.</param>
    /// <param name="stageFolder">The folder of the second stage's preprocessed cases.</param>
    /// <param name="fold">The cases that are needed.</param>
    /// <param name="allCases">All cases of the data set.</param>
    /// <exception cref="DescribedException">Some are missing; the message names them and what to run.</exception>
    public static PreviousStageSource Open(
        TrainingOptions options, string trainer, string task, string stageFolder, Fold fold, IReadOnlyList<string> allCases)
    {
        PreviousStageFolder folder = new(options.Workspace.ModelFolder(Configuration.LowResolution.Name, task, trainer, options.Plans));
        string[] missing = [.. fold.Train.Concat(fold.Val).Distinct(StringComparer.Ordinal).Where(c => !folder.Contains(c)).Order(StringComparer.Ordinal)];
        if (missing.Length == 0) return new PreviousStageSource(folder, stageFolder);

        string preprocessed = options.Workspace.PreprocessedTask(task);
        IGrouping<string, string>[] folds = [.. missing.GroupBy(FoldsOf(preprocessed, allCases)).OrderBy(static g => g.Key, StringComparer.Ordinal)];
        string plans = options.Plans == TrainingOptions.DefaultPlans ? "" : $" -p {options.Plans}";
        throw new DescribedException(
            folder.Path,
            $"the low resolution's segmentations of {missing.Length} cases are missing: {string.Join("; ", folds.Select(static g => $"{Names(g)} (fold {g.Key})"))}",
            $"all folds of {Configuration.LowResolution.Name} come first: {string.Join("; ", folds.Select(g => $"nnUNet_train {Configuration.LowResolution.Name} {trainer} {task} {g.Key}{plans}{(IsTrained(folder.ModelPath, g.Key) ? " -val" : "")}"))}");
    }

    /// <summary>Maps a case's segmentation, to read boxes of it.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="extent">Voxel counts (z, y, x) of the preprocessed case.</param>
    /// <exception cref="DescribedException">The file is damaged or has other voxel counts.</exception>
    public PreviousStageMap Map(string caseId, Extent extent) => PreviousStageMap.Open(_folder, caseId, extent, _unpacked);

    /// <summary>A whole case's labels, z slowest.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="extent">Voxel counts (z, y, x) of the preprocessed case.</param>
    /// <exception cref="DescribedException">The file is damaged or has other voxel counts.</exception>
    public short[] Load(string caseId, Extent extent) => Array.ConvertAll(_folder.Read(caseId, extent), static label => (short)label);

    /// <summary>Which fold validates on a case; "all" where none does.</summary>
    private static Func<string, string> FoldsOf(string preprocessed, IReadOnlyList<string> allCases)
    {
        IReadOnlyList<Fold> splits;
        try
        {
            splits = Folds.ReadOrCreate(preprocessed, allCases);
        }
        catch (FoldException)
        {
            return static _ => Folds.All;
        }

        return caseId =>
        {
            int fold = Enumerable.Range(0, splits.Count).FirstOrDefault(k => splits[k].Val.Contains(caseId), -1);
            return fold < 0 ? Folds.All : fold.ToString(CultureInfo.InvariantCulture);
        };
    }

    private static string Names(IEnumerable<string> cases)
    {
        string[] names = [.. cases];
        return string.Join(", ", names.Take(NamesShown)) + (names.Length > NamesShown ? $" and {names.Length - NamesShown} more" : "");
    }

    private static bool IsTrained(string modelPath, string fold) =>
        File.Exists(Path.Combine(modelPath, ModelFolder.FoldFolderName(fold), ModelFolder.FinalCheckpoint + ModelFolder.CheckpointEnding));
}
