using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>Hashes of what results were made from, by which a repeated run knows what is current.</summary>
internal static class Provenance
{
    /// <summary>Raised with every change of what preprocessing computes.</summary>
    private const int Revision = 1;

    /// <summary>Of a case's files, all that make up its images: names, sizes and times of the last change, and what their contents add to that.</summary>
    public static string OfFiles(CaseFiles files, RawContents contents) => string.Join(
        '\n',
        Images(files).SelectMany(path => ImageLocation.Stamps(path, Path.GetFileName!).Concat(OtherFolder(path)).Concat(ImageLocation.FilesOf(path).Select(contents.Beside).OfType<string>())).Prepend(files.CaseId));

    /// <summary>The folder of a file, where it is not the usual one: another reader's segmentations are other files.</summary>
    private static IEnumerable<string> OtherFolder(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path)) is { } folder and not (DatasetFolder.TrainingImages or DatasetFolder.TrainingLabels) ? [folder] : [];

    /// <summary>Of a fingerprint: all files, and what of the description matters.</summary>
    public static string OfFingerprint(DatasetDescription description, IEnumerable<string> files) => Stamp.Hash(
        [
            Version(),
            .. description.ChannelNames,
            string.Join(' ', description.ForegroundLabels),
            .. files,
        ]);

    /// <summary>Of a stage: everything in a plan that decides how a case is preprocessed.</summary>
    public static string OfStage(Plan plan, int stage) => Stamp.Hash(
        [
            Version(),
            plan.PreprocessorName,
            plan.TransposeForward.ToString(),
            plan.PlansPerStage[stage].CurrentSpacing.ToString(),
            plan.AllClasses.ToString(),
            .. plan.NormalizationSchemes.Select(static s => $"{s.Key} {s.Value}"),
            .. plan.UseMaskForNorm.Select(static m => $"{m.Key} {m.Value}"),
            .. (plan.DatasetProperties.IntensityProperties ?? []).Select(static i => string.Create(
                CultureInfo.InvariantCulture, $"{i.Key} {i.Value.Mean:R} {i.Value.Sd:R} {i.Value.Percentile005:R} {i.Value.Percentile995:R}")),
        ]);

    /// <summary>Of a preprocessed case: its files and its stage.</summary>
    public static string OfCase(string files, string stage) => Stamp.Hash([files, stage]);

    private static string Version() => string.Create(CultureInfo.InvariantCulture, $"{typeof(Provenance).Assembly.GetName().Version} {Revision}");

    /// <summary>The images of a case, its segmentation last.</summary>
    public static IEnumerable<string> Images(CaseFiles files) => files.Label is null ? files.Channels : files.Channels.Append(files.Label);
}
