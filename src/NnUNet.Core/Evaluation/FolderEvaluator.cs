using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Evaluation;

/// <summary>A predicted and a reference segmentation on disk.</summary>
/// <param name="Prediction">The prediction's path.</param>
/// <param name="Reference">The reference's path.</param>
public sealed record SegmentationPair(string Prediction, string Reference);

/// <summary>Scores the segmentations of a folder: <c>nnUNet_evaluate_folder</c>.</summary>
/// <remarks>Source: nnunet/evaluation/evaluator.py, evaluate_folder.</remarks>
public static class FolderEvaluator
{
    private const int FaultsShown = 20;

    /// <summary>Both segmentations, and what reading them leaves behind.</summary>
    private const int BytesPerVoxel = 8;

    /// <summary>The same with the distances of both surfaces, where the structures fill the image.</summary>
    private const int BytesPerVoxelOfSurfaces = 32;

    /// <summary>
    /// Scores every segmentation of a folder against the reference of the same name (in any image format). References without
    /// a prediction are not scored, as in the original, but named in <see cref="SegmentationSummary.MissingPredictions"/>.
    /// </summary>
    /// <param name="referenceFolder">The folder of the references.</param>
    /// <param name="predictionFolder">The folder of the predictions.</param>
    /// <param name="labels">The structures; none means every value that occurs in a case.</param>
    /// <param name="options">What to compute; null for the original's metrics.</param>
    /// <param name="progress">Reports the beginning, and after each case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>The summary; nothing is written.</returns>
    /// <exception cref="EvaluationException">A folder has no images, or cases cannot be compared: one report for all of them.</exception>
    public static SegmentationSummary Evaluate(
        string referenceFolder,
        string predictionFolder,
        IReadOnlyList<EvaluationLabel> labels,
        EvaluationOptions? options = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancel = default)
    {
        SortedDictionary<string, ImageLocation> references = Images(referenceFolder);
        SortedDictionary<string, ImageLocation> predictions = Images(predictionFolder);
        if (predictions.Count == 0)
        {
            (string what, string remedy) = OtherContents.Of(predictionFolder, "there is no segmentation", "name the folder that nnUNet_predict wrote");
            throw new EvaluationException(predictionFolder, what, remedy);
        }

        if (references.Count == 0)
        {
            (string what, string remedy) = OtherContents.Of(referenceFolder, "there is no reference segmentation", "name the folder of the references (-ref)");
            throw new EvaluationException(referenceFolder, what, remedy);
        }

        string[] unmatched = [.. predictions.Keys.Where(c => !references.ContainsKey(c))];
        if (unmatched.Length > 0)
        {
            throw new EvaluationException(
                predictionFolder,
                $"{unmatched.Length} of {predictions.Count} predictions have no reference in {referenceFolder} ({Shorten(unmatched)})",
                "add the references or remove the predictions");
        }

        SegmentationPair[] pairs = [.. predictions.Select(p => new SegmentationPair(p.Value.Path, references[p.Key].Path))];
        return Evaluate(pairs, labels, options, progress, cancel) with
        {
            MissingPredictions = references.Where(r => !predictions.ContainsKey(r.Key)).Select(static r => r.Value.FileName).ToValueArray(),
        };
    }

    /// <summary>Scores pairs of files in the given order.</summary>
    /// <param name="pairs">The segmentations; their paths are recorded as they are given.</param>
    /// <param name="labels">The structures; none means every value that occurs in a case.</param>
    /// <param name="options">What to compute; null for the original's metrics.</param>
    /// <param name="progress">Reports the beginning, and after each case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>The summary; nothing is written.</returns>
    /// <exception cref="EvaluationException">Cases cannot be read or compared: one report for all of them.</exception>
    public static SegmentationSummary Evaluate(
        IReadOnlyList<SegmentationPair> pairs,
        IReadOnlyList<EvaluationLabel> labels,
        EvaluationOptions? options = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new EvaluationOptions();
        options.Check();
        foreach (string name in options.AllMetrics) Catalog<Metric>.Create(name);

        CaseScores?[] scores = new CaseScores?[pairs.Count];
        progress?.Report(new EvaluationProgress("", 0, pairs.Count));
        IReadOnlyList<CaseFault> faults = new CaseLoop(options.Threads, new MemoryBudget(options.MaxRamBytes), cancel).Run(
            pairs.Count,
            i => new CaseNeed(pairs[i].Prediction, Bytes(pairs[i], options)),
            i => scores[i] = EvaluatePair(pairs[i], labels, options, cancel),
            (i, done) => progress?.Report(new EvaluationProgress(CaseName.Of(pairs[i].Prediction), done, pairs.Count)));
        return faults.Count == 0
            ? SegmentationSummary.From([.. scores.Select(static s => s!)], options)
            : throw new EvaluationException(
                faults.Count == 1 ? "evaluation" : $"evaluation: {faults.Count} of {pairs.Count} cases", CaseLoop.Lines(faults), "correct or remove these files");
    }

    /// <summary>Bytes that a comparison takes at most, by the files' headers.</summary>
    internal static long Bytes(SegmentationPair pair, EvaluationOptions options)
    {
        bool surfaces = options.AllMetrics.Except(Metric.DefaultNames).Any();
        long voxels = Math.Max(ImageFile.ReadHeader(pair.Prediction).Extent.Count, ImageFile.ReadHeader(pair.Reference).Extent.Count);
        return voxels * (surfaces ? BytesPerVoxelOfSurfaces : BytesPerVoxel);
    }

    /// <summary>Removes the summary of a folder where one of its segmentations has changed since, so that it scores others than those that are there.</summary>
    /// <returns>Whether it did.</returns>
    public static bool RemoveOutdatedSummary(string predictionFolder)
    {
        FileInfo summary = new(Path.Combine(predictionFolder, SegmentationSummary.FileName));
        if (!summary.Exists || !ImageFolder.Of(predictionFolder).Images.SelectMany(static i => i.Files).Any(f => File.GetLastWriteTimeUtc(f) > summary.LastWriteTimeUtc)) return false;
        summary.Delete();
        return true;
    }

    private static CaseScores EvaluatePair(SegmentationPair pair, IReadOnlyList<EvaluationLabel> labels, EvaluationOptions options, CancellationToken cancel)
    {
        Volume<short> prediction = ImageFile.ReadLabels(pair.Prediction);
        Volume<short> reference = ImageFile.ReadLabels(pair.Reference);
        if (CaseEvaluator.Mismatch(prediction, reference, options.CheckGeometry) is { } mismatch)
        {
            throw new EvaluationException(pair.Prediction, mismatch, $"compare with the segmentation of the same image, not {pair.Reference}");
        }

        return CaseEvaluator.Evaluate(prediction, reference, labels, options, cancel) with { Reference = pair.Reference, Test = pair.Prediction };
    }

    /// <summary>The images of a folder by case name, in ordinal order.</summary>
    /// <exception cref="EvaluationException">There is no such folder, or a case in two formats.</exception>
    internal static SortedDictionary<string, ImageLocation> Images(string folder)
    {
        if (!Directory.Exists(folder)) throw new EvaluationException(folder, "there is no such folder", "check the path");

        try
        {
            return ImageFolder.Of(folder).ByName();
        }
        catch (DescribedException e)
        {
            throw new EvaluationException(e.Where, e.What, e.Remedy);
        }
    }

    private static string Shorten(string[] names) => string.Join(", ", names.Take(FaultsShown)) + (names.Length > FaultsShown ? ", …" : "");
}
