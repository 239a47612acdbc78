using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Workflows.Prediction;

/// <summary>The results that earlier calls left in an output folder: which fit, and what becomes of the others.</summary>
/// <remarks>Those that do not fit are moved aside before anything is predicted. Wherever that is stopped, a repeated call finds cases that are missing, and none that passes for what it is not.</remarks>
internal sealed class EarlierResults(ResultFolder results, PredictionOrigins origins, PredictRunOptions options)
{
    private readonly ResultRecords _records = new(results.Path, options.Recheck);
    private readonly Dictionary<string, string> _moved = new(StringComparer.Ordinal);

    /// <summary>What the result of a case is worth. One whose files cannot be read is missing, and fails when it is predicted.</summary>
    public ResultStanding Look(InputCase one)
    {
        try
        {
            ResultStanding standing = _records.Look(results, one.CaseId, origins.Of(one), options.SaveProbabilities ? PredictRun.ProbabilityPath(results.Path, one.CaseId) : null);
            return standing.Standing == Standing.Unknown ? standing with { Reason = standing.Reason + Mismatch(one) } : standing;
        }
        catch (DescribedException)
        {
            return new ResultStanding(Standing.Missing);
        }
    }

    /// <summary>What shows that a segmentation of unknown origin is not of this image; empty where nothing does.</summary>
    private string Mismatch(InputCase one)
    {
        Extent image = ImageFile.ReadHeader(one.Channels[0]).Extent, segmentation = ImageFile.ReadHeader(results.PathOf(one.CaseId)).Extent;
        return image == segmentation ? "" : $" and has {segmentation} voxels (z, y, x) where the image has {image}";
    }

    /// <summary>Moves the segmentation of a case to <see cref="PredictRun.ReplacedFolder"/>, where there is one.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="standing">What it is worth: the probabilities of one that is only not postprocessed stay, and one that is damaged takes no other's place.</param>
    public void MoveAside(string caseId, Standing standing)
    {
        string replaced = Path.Combine(results.Path, PredictRun.ReplacedFolder);
        ImageLocation? there = results.Find(caseId);
        if (there is not null) _moved[caseId] = Path.Combine(replaced, there.FileName);
        _records.MoveAside(caseId, standing, there is null ? [] : [there], replaced);
        if (standing != Standing.NotPostprocessed) ProbabilityFile.Delete(PredictRun.ProbabilityPath(results.Path, caseId));
        MoveScoresAside();
    }

    /// <summary>Moves the scores of the segmentations, which are going to be others, to <see cref="PredictRun.ReplacedFolder"/>.</summary>
    public void MoveScoresAside() => FolderDescriptions.MoveScores(results.Path, Path.Combine(results.Path, PredictRun.ReplacedFolder));

    /// <summary>Writes a segmentation that was moved aside anew, postprocessed; one that cannot be read is left to be predicted again.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Postprocess(InputCase one, PostprocessingDecision decision)
    {
        ImageLocation before;
        Volume<short> labels;
        try
        {
            before = ImageLocation.Of(_moved[one.CaseId])!;
            MemoryLimit.Check(before.Path, SegmentationLoop.Bytes(before.Path), "the segmentation");
            labels = ImageFile.ReadLabels(before.Path);
        }
        catch (DescribedException)
        {
            return false;
        }

        string probabilities = PredictRun.ProbabilityPath(results.Path, one.CaseId);
        ResultOrigin origin = origins.Of(one);
        decision.Apply(labels);
        _records.Begin(one.CaseId, origin);
        _records.End(one.CaseId, origin, results.Write(one.CaseId, labels, before), File.Exists(probabilities) ? probabilities : null);
        return true;
    }
}
