using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Bundles;

/// <summary>How a bundle runs over images.</summary>
public sealed record BundleRunOptions
{
    /// <summary>Folders with models of data sets (<c>DatasetXXX_NAME</c>), the first first.</summary>
    /// <value>None.</value>
    public ValueArray<string> ModelFolders { get; init; }

    /// <summary>The labels that are wanted: only models that find one of them run, on the part of the image around them where the bundle can find that.</summary>
    /// <value>None: all labels.</value>
    public ValueArray<string> Roi { get; init; }

    /// <summary>Whether crops are found by the bundle that finds more and is slower.</summary>
    /// <value>False.</value>
    public bool Robust { get; init; }

    /// <summary>Whether the bundle's models see the image at its own spacing, resample it as they were trained, and decide on its own voxels: smoother borders, slower, more memory.</summary>
    /// <value>False.</value>
    public bool HigherOrderResampling { get; init; }

    /// <summary>Optional steps of cleaning to do too.</summary>
    /// <value>None.</value>
    public ValueArray<string> With { get; init; }

    /// <summary>Whether volumes and mean intensities are measured and written.</summary>
    /// <value>False.</value>
    public bool Statistics { get; init; }

    /// <summary>Whether structures that reach the border of the image are measured too, instead of being 0.</summary>
    /// <value>False, as in TotalSegmentator.</value>
    public bool IncludeIncomplete { get; init; }

    /// <summary>Whether each structure is written as a mask of its own, instead of all in one map.</summary>
    /// <value>False.</value>
    public bool SeparateFiles { get; init; }

    /// <summary>The ending of the files that are written into a folder; null for that of the images, or .nii.gz where such are only read.</summary>
    /// <value>Null.</value>
    public string? Ending { get; init; }

    /// <summary>Whether images are segmented again whose segmentation is there, whoever made it.</summary>
    /// <value>False.</value>
    public bool Overwrite { get; init; }

    /// <summary>Whether images, models and segmentations are compared with their records by content, even where size and time of the last change are the same.</summary>
    /// <value>False.</value>
    public bool Recheck { get; init; }

    /// <summary>Device, precision and memory. Folds, checkpoint, tile step and mirroring are the bundle's.</summary>
    public PredictOptions Predict { get; init; } = new();

    /// <summary>What does not fit a bundle, each in one sentence; empty when nothing does.</summary>
    /// <param name="bundle">The bundle.</param>
    public IEnumerable<string> Faults(Bundle bundle)
    {
        string[] known = [.. bundle.NamedLabels().Select(static l => l.Name)];
        foreach (string name in Roi.Where(r => !known.Contains(r, StringComparer.Ordinal)))
        {
            yield return $"the bundle {bundle.Name} has no label called \"{name}\"; {Nearest.Remedy(name, known, $"nnunet bundle info {bundle.Name}")}";
        }

        foreach (string fault in Predict.Faults()) yield return fault;
    }
}
