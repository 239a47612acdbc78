using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Postprocessing;

/// <summary>Applies a decision to all segmentations of a folder.</summary>
/// <remarks>Source: nnunet/postprocessing/connected_components.py, apply_postprocessing_to_folder.</remarks>
public static class PostprocessingFolder
{
    /// <summary>Writes each segmentation of a folder, postprocessed, under its name into another (or the same) folder.</summary>
    /// <param name="decision">What is removed.</param>
    /// <param name="inputFolder">The segmentations.</param>
    /// <param name="outputFolder">Gets as many; made where it is missing.</param>
    /// <param name="options">Threads and memory; null for the defaults.</param>
    /// <param name="progress">Reports after each case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>The number of segmentations.</returns>
    /// <exception cref="DescribedException">The folder is missing, or segmentations cannot be read or written: one report for all of them.</exception>
    public static int Apply(
        PostprocessingDecision decision,
        string inputFolder,
        string outputFolder,
        PostprocessingOptions? options = null,
        IProgress<PostprocessingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new PostprocessingOptions();
        KeyValuePair<string, ImageLocation>[] cases = [.. FolderEvaluator.Images(inputFolder)];
        IReadOnlyList<ComponentRule> rules = decision.Rules;
        SegmentationLoop loop = new(options.Threads, options.MaxRamBytes, progress, cancel);
        loop.Run("postprocessing", [.. cases.Select(static c => c.Value.Path)], i =>
        {
            ImageLocation from = cases[i].Value;
            Volume<short> labels = ImageFile.ReadLabels(from.Path);
            PostprocessingDecision.Apply(rules, labels);
            ImageFile.WriteLabels(Path.Join(outputFolder, ResultEnding.NameLike(from)), labels, from);
            return true;
        });
        return cases.Length;
    }
}
