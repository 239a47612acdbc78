using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Postprocessing;

/// <summary>Segmentations with their references, read and scored within the memory that a <see cref="SegmentationLoop"/> grants.</summary>
internal sealed class ScoredSegmentations(IReadOnlyList<SegmentationPair> pairs, IReadOnlyList<EvaluationLabel> labels, SegmentationLoop loop, CancellationToken cancel)
{
    private readonly string[] _files = [.. pairs.Select(static p => p.Prediction)];

    /// <summary>The pairs in the order of their names.</summary>
    public IReadOnlyList<SegmentationPair> Pairs { get; } = pairs;

    /// <summary>The segmentations of a folder and their references.</summary>
    /// <exception cref="DescribedException">A folder is missing, there is no segmentation, or some have no reference.</exception>
    public static SegmentationPair[] Find(string folder, string referenceFolder)
    {
        SortedDictionary<string, ImageLocation> references = FolderEvaluator.Images(referenceFolder);
        SortedDictionary<string, ImageLocation> predictions = FolderEvaluator.Images(folder);
        if (predictions.Count == 0)
        {
            (string what, string remedy) = OtherContents.Of(folder, "there is no segmentation", "validate the model first");
            throw new PostprocessingException(folder, what, remedy);
        }

        string[] unmatched = [.. predictions.Keys.Where(c => !references.ContainsKey(c))];
        if (unmatched.Length > 0)
        {
            throw new PostprocessingException(
                folder, $"{unmatched.Length} of {predictions.Count} segmentations have no reference in {referenceFolder}, the first is {unmatched[0]}", "add the references");
        }

        return [.. predictions.Select(p => new SegmentationPair(p.Value.Path, references[p.Key].Path))];
    }

    /// <summary>Does something with each segmentation and its reference.</summary>
    public T[] ForEach<T>(string step, Func<int, Volume<short>, Volume<short>, T> work) => loop.Run(step, _files, i => SegmentationLoop.Bytes(Pairs[i].Prediction, Pairs[i].Reference), i =>
    {
        (Volume<short> prediction, Volume<short> reference) = (ImageFile.ReadLabels(Pairs[i].Prediction), ImageFile.ReadLabels(Pairs[i].Reference));
        return CaseEvaluator.Mismatch(prediction, reference, checkGeometry: true) is { } mismatch
            ? throw new PostprocessingException(Pairs[i].Prediction, mismatch, $"compare with the segmentation of the same image, not {Pairs[i].Reference}")
            : work(i, prediction, reference);
    });

    /// <summary>Does something with each segmentation alone.</summary>
    public T[] ForEach<T>(string step, Func<Volume<short>, T> work) => loop.Run(step, _files, i => work(ImageFile.ReadLabels(_files[i])));

    /// <summary>The scores of a segmentation.</summary>
    public CaseScores Score(Volume<short> prediction, Volume<short> reference, EvaluationOptions options) =>
        CaseEvaluator.Evaluate(prediction, reference, labels, options, cancel);

    /// <summary>Scores all segmentations as they are, with the paths in the summary.</summary>
    public SegmentationSummary Summarise(string step, EvaluationOptions options) => SegmentationSummary.From(
        ForEach(step, (i, prediction, reference) => Score(prediction, reference, options) with { Reference = Pairs[i].Reference, Test = Pairs[i].Prediction }), options);
}
