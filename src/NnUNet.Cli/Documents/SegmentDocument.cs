using NnUNet.Core.Bundles;
using NnUNet.Workflows.Bundles;

namespace NnUNet.Cli.Documents;

/// <summary>What a bundle has segmented, and what failed: <c>nnunet/segment/1</c>.</summary>
/// <param name="Bundle">The bundle's name.</param>
/// <param name="Output">The file or folder of the results.</param>
/// <param name="Labels">The structures by name, with their values.</param>
/// <param name="Segmented">The images that were segmented.</param>
/// <param name="Skipped">Those whose segmentation was there.</param>
/// <param name="Outdated">Those whose segmentation was there, made of other files or in another way, and was moved away.</param>
/// <param name="Unknown">Those whose segmentation was there and was left as it is, since nothing says how it was made.</param>
/// <param name="Failures">Those that were not segmented.</param>
/// <param name="StatisticsFiles">The files of statistics.</param>
internal sealed record SegmentDocument(
    string Bundle,
    string Output,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyList<SegmentedDocument> Segmented,
    IReadOnlyList<SkippedDocument> Skipped,
    IReadOnlyList<RemarkedCase> Outdated,
    IReadOnlyList<RemarkedCase> Unknown,
    IReadOnlyList<NotSegmentedDocument> Failures,
    IReadOnlyList<string> StatisticsFiles)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/segment/1";

    /// <summary>A report as a document.</summary>
    public static SegmentDocument Of(BundleReport report, string output, IEnumerable<(short Value, string Name)> labels) => new(
        report.Bundle,
        Path.GetFullPath(output),
        labels.ToDictionary(static l => l.Name, static l => (int)l.Value),
        [.. report.Cases.Select(static c => new SegmentedDocument(c.CaseId, c.Written, [.. c.Statistics.Select(StructureDocument.Of)], c.Times))],
        [.. report.Skipped.Select(static c => new SkippedDocument(c.CaseId, c.Written, [.. c.Statistics.Select(StructureDocument.Of)]))],
        RemarkedCase.Of(report.Outdated),
        RemarkedCase.Of(report.Unknown),
        [.. report.Failures.Select(static f => new NotSegmentedDocument(f.CaseId, f.Reason))],
        [.. report.StatisticsFiles]);
}

/// <summary>An image that was segmented: the file or folder of its result, its structures where they were measured, and where the time went.</summary>
internal sealed record SegmentedDocument(string Case, string Written, IReadOnlyList<StructureDocument> Structures, BundleTimes Seconds);

/// <summary>An image whose segmentation was there: the file or folder, and its structures where they were measured.</summary>
internal sealed record SkippedDocument(string Case, string Written, IReadOnlyList<StructureDocument> Structures);

/// <summary>An image that was not segmented, and why.</summary>
internal sealed record NotSegmentedDocument(string Case, string Reason);

/// <summary>Volume and mean intensity of a structure.</summary>
internal sealed record StructureDocument(string Name, int Label, double VolumeMl, double MeanIntensity, bool Incomplete)
{
    /// <summary>A statistic as a document.</summary>
    public static StructureDocument Of(StructureStatistic statistic) => new(statistic.Name, statistic.Value, statistic.Millilitres, statistic.Intensity, statistic.Incomplete);
}
