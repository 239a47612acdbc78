using NnUNet.Core.Bundles;
using NnUNet.Core.Results;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Bundles;

/// <summary>What came of a run of a bundle.</summary>
/// <param name="Bundle">The bundle's name.</param>
/// <param name="Cases">The images that were segmented.</param>
/// <param name="Failures">Those that were not, and why.</param>
/// <param name="Warnings">What was odd and was put right, one sentence each.</param>
/// <param name="StatisticsFiles">The files of statistics; none where they were not asked for.</param>
public sealed record BundleReport(string Bundle, ValueArray<SegmentedCase> Cases, ValueArray<UnsegmentedCase> Failures, ValueArray<string> Warnings, ValueArray<string> StatisticsFiles)
{
    /// <summary>The images whose segmentation was there, made of the same image in the same way; measured where statistics were asked for.</summary>
    public ValueArray<SegmentedCase> Skipped { get; init; } = [];

    /// <summary>The images whose segmentation was there, made of other files or in another way; it was moved to the folder <c>replaced</c>.</summary>
    public ValueArray<CaseRemark> Outdated { get; init; } = [];

    /// <summary>The images whose segmentation was left as it is, since nothing says how it was made.</summary>
    public ValueArray<CaseRemark> Unknown { get; init; } = [];
}

/// <summary>An image that was segmented.</summary>
/// <param name="CaseId">Its name.</param>
/// <param name="Written">The segmentation, or the folder of the structures' masks.</param>
/// <param name="Statistics">Volumes and intensities; none where they were not asked for.</param>
/// <param name="Times">Where the time went.</param>
public sealed record SegmentedCase(string CaseId, string Written, ValueArray<StructureStatistic> Statistics, BundleTimes Times);

/// <summary>An image that was not segmented.</summary>
/// <param name="CaseId">Its name.</param>
/// <param name="Reason">Why.</param>
public sealed record UnsegmentedCase(string CaseId, string Reason);

/// <summary>Where the time of an image went, in seconds.</summary>
public sealed record BundleTimes
{
    /// <summary>Reading the image.</summary>
    public double Reading { get; set; }

    /// <summary>All of the bundles that found the part to look at.</summary>
    public double Crop { get; set; }

    /// <summary>Turning and resampling the image.</summary>
    public double Resampling { get; set; }

    /// <summary>Loading models.</summary>
    public double Loading { get; set; }

    /// <summary>The models, with their own preprocessing and export.</summary>
    public double Models { get; set; }

    /// <summary>Cleaning labels.</summary>
    public double Cleaning { get; set; }

    /// <summary>Bringing labels back to the image.</summary>
    public double Back { get; set; }

    /// <summary>Statistics.</summary>
    public double Statistics { get; set; }

    /// <summary>Writing.</summary>
    public double Writing { get; set; }
}
