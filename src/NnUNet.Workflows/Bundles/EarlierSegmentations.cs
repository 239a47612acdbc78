using NnUNet.Core.Cases;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Bundles;

/// <summary>The segmentations that earlier runs of bundles left, and the records of how each was made: <c>provenance/CASE.json</c> in the output's folder.</summary>
/// <remarks>The rules are those of <c>nnUNet_predict</c>: what fits stays, what does not is moved aside, what nobody knows is left as it is.</remarks>
/// <param name="target">Where results go.</param>
/// <param name="origins">How they are made.</param>
/// <param name="structures">What a user gets.</param>
/// <param name="options">How the bundle runs.</param>
internal sealed class EarlierSegmentations(BundleOutput target, BundleOrigins origins, IReadOnlyList<(short Value, string Name)> structures, BundleRunOptions options)
{
    private readonly ResultRecords _records = new(target.Folder, options.Recheck);

    /// <summary>What the result of an image is worth. One whose files cannot be read is missing, and fails when it is segmented.</summary>
    public ResultStanding Look(InputCase one)
    {
        if (options.Overwrite || one.Fault is not null) return new ResultStanding(Standing.Missing);
        try
        {
            IReadOnlyList<string> files = target.FilesOf(one, structures);
            IReadOnlyList<ImageLocation> there = There(files);
            ResultStanding standing = _records.Look(target.NameOf(one), there, origins.Of(one));
            return standing.Standing == Standing.Fits && there.Count < files.Count ? new ResultStanding(Standing.Missing) : standing;
        }
        catch (DescribedException)
        {
            return new ResultStanding(Standing.Missing);
        }
    }

    /// <summary>Moves the files of an image's result, and their record, to <see cref="PredictRun.ReplacedFolder"/>.</summary>
    /// <param name="one">The image.</param>
    /// <param name="standing">What the result is worth: one that is damaged takes no other's place.</param>
    public void MoveAside(InputCase one, Standing standing) =>
        _records.MoveAside(target.NameOf(one), standing, There(target.FilesOf(one, structures)), Path.Combine(target.Folder, PredictRun.ReplacedFolder));

    /// <summary>Writes the result of an image between the two parts of its record.</summary>
    /// <param name="one">The image.</param>
    /// <param name="origin">How it was made, noted before its files were read.</param>
    /// <param name="write">Writes the files.</param>
    public void Write(InputCase one, ResultOrigin origin, Action write)
    {
        _records.Begin(target.NameOf(one), origin);
        write();
        _records.End(target.NameOf(one), origin, target.FilesOf(one, structures));
    }

    private static IReadOnlyList<ImageLocation> There(IReadOnlyList<string> files) => [.. files.Select(ImageLocation.Of).OfType<ImageLocation>().Where(static f => f.Exists)];
}
