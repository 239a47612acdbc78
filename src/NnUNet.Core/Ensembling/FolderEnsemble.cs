using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Ensembling;

/// <summary>Merges folders of predicted probabilities, one per model, into one folder of segmentations: <c>nnUNet_ensemble</c>.</summary>
/// <remarks>Reads the files of this product and of the original. Source: nnunet/inference/ensemble_predictions.py, merge.</remarks>
public static class FolderEnsemble
{
    /// <summary>The folder in the output folder that gets the result before postprocessing.</summary>
    public const string RawFolderName = "not_postprocessed";

    private const int NamesShown = 5;

    /// <summary>The folder in the output folder that gets segmentations of somebody else which a merge takes the place of.</summary>
    public const string ReplacedFolderName = "replaced";

    /// <summary>
    /// Merges every case that has not been merged from the same probabilities in the same way. With postprocessing the merged segmentations go to <c>not_postprocessed</c>, and the postprocessed
    /// ones with a copy of the decision's file to the output folder.
    /// </summary>
    /// <param name="folders">Folders with <c>CASE.npz</c> and <c>CASE.json</c> or <c>CASE.pkl</c>; the first one's properties place the result.</param>
    /// <param name="outputFolder">Gets <c>CASE.nii.gz</c>; must be none of the folders.</param>
    /// <param name="options">What else is done; null for the defaults.</param>
    /// <param name="progress">Reports after each case.</param>
    /// <param name="cancel">Stops within a case; what was written is whole.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DescribedException">Files are missing, damaged or do not fit, or are of different images: one report for all cases, after the others are done.</exception>
    public static EnsembleReport Merge(
        IReadOnlyList<string> folders,
        string outputFolder,
        EnsembleOptions? options = null,
        IProgress<PostprocessingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new EnsembleOptions();
        PostprocessingDecision? decision = options.PostprocessingFile is null ? null : PostprocessingDecision.Read(options.PostprocessingFile);
        if (folders.Any(f => Path.GetFullPath(f) == Path.GetFullPath(outputFolder)))
        {
            throw new EnsembleException(outputFolder, "this folder is read from and written to", "choose another output folder");
        }

        if (options.Ending is { } asked && ResultEnding.Fault(asked) is { } fault) throw new EnsembleException(outputFolder, fault, "choose another ending");

        SortedDictionary<string, string>[] files = [.. folders.Select(static f => CaseFolder.Files(f, ProbabilityFile.Ending))];
        string[] cases = Cases(folders, files);
        if (decision is not null) CheckLabels(decision, options.PostprocessingFile!, files[0][cases[0]]);
        ImageFolder beside = ImageFolder.Of(folders[0]);
        IEnumerable<string> own = cases.SelectMany(beside.All).Select(static i => i.Ending);
        ResultFolder output = ResultFolder.Open(outputFolder, cases, options.Ending, own);
        ResultFolder raw = decision is null ? output : ResultFolder.Open(Path.Join(outputFolder, RawFolderName), cases, output.Ending);
        EnsembleOrigins origins = new(folders, options);
        FolderDescriptions descriptions = new(outputFolder, origins.Descriptions, origins.AreDescribedBy, []);
        descriptions.Withdraw(cases.ToHashSet(StringComparer.Ordinal), coming: true);
        string[] there = [.. cases.Where(output.Has)];
        SegmentationLoop loop = new(options.Threads, options.MaxRamBytes, progress, cancel);
        MergedResults merged = new(raw, options, options.SaveProbabilities), final = decision is null ? merged : new(output, options, saves: false);
        ResultOrigin[] how = new ResultOrigin[cases.Length];
        bool[] made = loop.Run("merging", [.. cases.Select(raw.PathOf)], i => CaseEnsemble.Bytes(files[0][cases[i]]), i =>
        {
            string[] parts = [.. files.Select(f => f[cases[i]])];
            return merged.Make(cases[i], how[i] = origins.Of(cases[i], parts), (path, probabilities) => CaseEnsemble.Merge(parts, path, probabilities, cancel));
        });
        if (decision is not null)
        {
            bool[] postprocessed = loop.Run("postprocessing", [.. cases.Select(raw.PathOf)], i => final.Make(cases[i], how[i] with { Postprocessing = origins.Postprocessing }, (path, _) =>
            {
                ImageLocation from = raw.Find(cases[i])!;
                Volume<short> labels = ImageFile.ReadLabels(from.Path);
                decision.Apply(labels);
                ImageFile.WriteLabels(path, labels, from);
            }));
            made = [.. made.Zip(postprocessed, static (one, other) => one || other)];
        }

        string[] skipped = [.. cases.Where((_, i) => !made[i])];
        if (there.Except(skipped).Any()) FolderDescriptions.MoveScores(outputFolder, Path.Join(outputFolder, ReplacedFolderName));
        descriptions.Write();
        return new EnsembleReport(
            cases.ToValueArray(),
            skipped.ToValueArray(),
            merged.Replaced.Union(final.Replaced).Order(StringComparer.Ordinal).ToValueArray(),
            origins.WithoutRecord(cases).ToValueArray());
    }

    /// <summary>Merges cases whose files are known.</summary>
    internal static void Merge(string step, EnsembleCase[] cases, EnsembleOptions options, IProgress<PostprocessingProgress>? progress, CancellationToken cancel)
    {
        SegmentationLoop loop = new(options.Threads, options.MaxRamBytes, progress, cancel);
        loop.Run(step, [.. cases.Select(static c => c.SegmentationPath)], i => CaseEnsemble.Bytes(cases[i].Files[0]), i =>
        {
            CaseEnsemble.Merge(cases[i].Files, cases[i].SegmentationPath, cases[i].ProbabilityPath, cancel);
            return true;
        });
    }

    /// <summary>The cases of all folders; each must be in every folder, with its properties.</summary>
    private static string[] Cases(IReadOnlyList<string> folders, SortedDictionary<string, string>[] files)
    {
        if (folders.Count == 0) throw new EnsembleException("ensemble", "there is no folder to merge", "name the folders that nnUNet_predict -z wrote");
        string[] missing = [.. folders.Where(static f => !Directory.Exists(f))];
        if (missing.Length > 0) throw new EnsembleException(string.Join(", ", missing), "there is no such folder", "check the path");

        string[] cases = [.. files.SelectMany(static f => f.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (cases.Length == 0)
        {
            throw new EnsembleException(string.Join(", ", folders), $"there are no probabilities (CASE{ProbabilityFile.Ending})", "predict with -z (--save_npz)");
        }

        List<string> faults = [];
        foreach ((string folder, SortedDictionary<string, string> there) in folders.Zip(files))
        {
            string[] absent = [.. cases.Where(c => !there.ContainsKey(c))];
            if (absent.Length > 0) faults.Add($"{folder} lacks the probabilities of {Names(absent)}");
            string[] withoutProperties = [.. there.Where(static f => !ProbabilityFile.HasProperties(f.Value)).Select(static f => f.Key)];
            if (withoutProperties.Length > 0) faults.Add($"{folder} lacks the properties (.json or .pkl) of {Names(withoutProperties)}");
        }

        return faults.Count == 0 ? cases : throw new EnsembleException("ensemble", string.Join("; ", faults), "predict the same images with every model, with -z (--save_npz)");
    }

    /// <summary>Refuses a postprocessing of labels that the merged models do not have.</summary>
    private static void CheckLabels(PostprocessingDecision decision, string file, string probabilities)
    {
        int classes;
        ValueArray<int> regions;
        try
        {
            regions = ProbabilityFile.ReadProperties(probabilities)[0].RegionsClassOrder ?? [];
            using ProbabilityMean first = new([probabilities]);
            classes = first.Classes;
        }
        catch (DescribedException)
        {
            return; // it is told with the faults of all other cases
        }

        int[] others = [.. decision.ForWhichClasses.SelectMany(static r => r.Classes).Where(c => regions.Count > 0 ? !regions.Contains(c) : c >= classes).Distinct()];
        if (others.Length == 0) return;

        string known = regions.Count > 0 ? string.Join(", ", regions) : $"0 to {classes - 1}";
        throw new EnsembleException(file, $"it removes parts of label {string.Join(", ", others)}, but {probabilities} has the labels {known}", "give the postprocessing of these models");
    }

    private static string Names(string[] cases) =>
        string.Join(", ", cases.Take(NamesShown)) + (cases.Length > NamesShown ? $" and {cases.Length - NamesShown} more" : "");
}

/// <summary>A case to merge.</summary>
/// <param name="Files">Its probabilities, one file per model.</param>
/// <param name="SegmentationPath">Gets the segmentation.</param>
/// <param name="ProbabilityPath">Gets the mean probabilities; null for none.</param>
internal sealed record EnsembleCase(string[] Files, string SegmentationPath, string? ProbabilityPath);
