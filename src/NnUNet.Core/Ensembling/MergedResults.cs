using System.Collections.Concurrent;
using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Core.Results;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Ensembling;

/// <summary>A folder of merged segmentations with their records: what fits stays, all else is made, and what is somebody else's is moved aside first.</summary>
/// <param name="results">The folder.</param>
/// <param name="options">Whether what fits is made again all the same, and how files are compared.</param>
/// <param name="saves">Whether the probabilities are written here.</param>
internal sealed class MergedResults(ResultFolder results, EnsembleOptions options, bool saves)
{
    private readonly ResultRecords _records = new(results.Path, options.Recheck);
    private readonly ConcurrentBag<string> _replaced = [];

    /// <summary>Cases whose segmentation somebody else had made or changed.</summary>
    public IEnumerable<string> Replaced => _replaced;

    /// <summary>Makes the segmentation of a case unless it is there, made in the same way.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="origin">How it is made.</param>
    /// <param name="make">Writes the segmentation to a path, and the probabilities to another one; null for none.</param>
    /// <returns>Whether it was made.</returns>
    public bool Make(string caseId, ResultOrigin origin, Action<string, string?> make)
    {
        string probabilities = Path.Join(results.Path, caseId + ProbabilityFile.Ending);
        Standing standing = _records.Look(results, caseId, origin, saves ? probabilities : null).Standing;
        ImageLocation? there = results.Find(caseId);
        if (standing == Standing.Fits && !options.Overwrite && there!.Ending.Equals(results.Ending, StringComparison.OrdinalIgnoreCase)) return false;

        if (standing == Standing.Unknown)
        {
            string replaced = Path.Join(results.Path, FolderEnsemble.ReplacedFolderName);
            _records.MoveAside(caseId, standing, [there!], replaced);
            _replaced.Add(caseId);
        }

        _records.Write(caseId, origin, probabilities, saves, () =>
        {
            string path = Path.Join(results.Path, caseId + results.Ending);
            make(path, saves ? probabilities : null);
            results.Written(caseId);
            return path;
        });
        return true;
    }
}
