using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Core.Ensembling;

/// <summary>Merges folders of predicted probabilities, one a model, into one folder of segmentations: <c>nnUNet_ensemble</c>.</summary>
/// <remarks>Reads the files of this product and of the original. Source: nnunet/inference/ensemble_predictions.py, merge.</remarks>
public static class FolderEnsemble
{
    /// <summary>The folder in the output folder that gets the result before postprocessing.</summary>
    public const string RawFolderName = "not_postprocessed";

    private const int NamesShown = 5;

    /// <summary>
    /// Merges every case. With postprocessing the merged segmentations go to <c>not_postprocessed</c>, and the postprocessed
    /// ones with a copy of the decision's file to the output folder.
    /// </summary>
    /// <param name="folders">Folders with <c>CASE.npz</c> and <c>CASE.json</c> or <c>CASE.pkl</c>; the first one's properties place the result.</param>
    /// <param name="outputFolder">Gets <c>CASE.nii.gz</c>; must be none of the folders.</param>
    /// <param name="options">What else is done; null for the defaults.</param>
    /// <param name="progress">Told after each case.</param>
    /// <param name="cancel">Stops within a case; what was written is whole.</param>
    /// <returns>The names of the cases.</returns>
    /// <exception cref="DescribedException">Files are missing, damaged or do not fit: one report for all cases, after the others are done.</exception>
    public static IReadOnlyList<string> Merge(
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
        try
        {
            Merge("merging", [.. cases.Select(c => new EnsembleCase(
                [.. files.Select(f => f[c])],
                Path.Join(raw.Path, c + raw.Ending),
                options.SaveProbabilities ? Path.Join(raw.Path, c + ProbabilityFile.Ending) : null))], options, progress, cancel);
        }
        finally
        {
            foreach (string one in cases.Where(c => File.Exists(Path.Join(raw.Path, c + raw.Ending)))) raw.Written(one);
        }

        if (decision is null) return cases;

        PostprocessingOptions postprocessing = new() { Threads = options.Threads, MaxRamBytes = options.MaxRamBytes };
        PostprocessingFolder.Apply(decision, raw.Path, outputFolder, postprocessing, progress, cancel);
        foreach (string one in cases) output.Written(one);
        AtomicFile.Write(Path.Join(outputFolder, Path.GetFileName(options.PostprocessingFile!)), stream => stream.Write(File.ReadAllBytes(options.PostprocessingFile!)));
        return cases;
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
/// <param name="Files">Its probabilities, one file a model.</param>
/// <param name="SegmentationPath">Gets the segmentation.</param>
/// <param name="ProbabilityPath">Gets the mean probabilities; null for none.</param>
internal sealed record EnsembleCase(string[] Files, string SegmentationPath, string? ProbabilityPath);
