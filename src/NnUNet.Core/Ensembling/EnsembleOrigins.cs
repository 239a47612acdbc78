using NnUNet.Core.Export;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Foundation;

namespace NnUNet.Core.Ensembling;

/// <summary>How merged segmentations are made: from which probabilities, and whether those are of one image that is still the same.</summary>
internal sealed class EnsembleOrigins
{
    /// <summary>The command that makes such results.</summary>
    public const string MadeBy = "nnUNet_ensemble";

    private readonly IReadOnlyList<string> _folders;
    private readonly ResultRecords[] _parts;
    private readonly SortedDictionary<string, string> _describedBy;
    private readonly bool _recheck;
    private readonly string _madeBy;
    private readonly string _option;

    /// <summary>How the probabilities of some folders are merged.</summary>
    /// <param name="folders">The folders.</param>
    /// <param name="options">How they are merged.</param>
    /// <param name="madeBy">The command that merges them.</param>
    /// <param name="option">The option that makes predictions write probabilities, for messages.</param>
    public EnsembleOrigins(IReadOnlyList<string> folders, EnsembleOptions options, string madeBy = MadeBy, string option = "-z (--save_npz)")
    {
        (_folders, _madeBy, _option) = (folders, madeBy, option);
        _recheck = options.Recheck;
        _parts = [.. folders.Select(f => new ResultRecords(f, options.Recheck))];
        Descriptions = new(StringComparer.Ordinal) { [Plan.ModelFileName] = null, [PostprocessingDecision.FileName] = null };
        if (options.PostprocessingFile is { } file)
        {
            Descriptions[Path.GetFileName(file)] = File.ReadAllBytes(file);
            Postprocessing = ModelPostprocessing.TextOf(PostprocessingDecision.Read(file));
        }

        _describedBy = FolderDescriptions.HashesOf(Descriptions);
    }

    /// <summary>The content of each file that describes the results in their folder; null where there is to be none.</summary>
    public SortedDictionary<string, byte[]?> Descriptions { get; }

    /// <summary>What is removed from the merged segmentations; empty for nothing.</summary>
    public string Postprocessing { get; } = "";

    /// <summary>Whether what a file of the folder says is true of a result that was made so.</summary>
    public bool AreDescribedBy(string fileName, ResultRecord made) =>
        fileName == Plan.ModelFileName ? made.MadeBy == _madeBy : made.MadeBy == _madeBy && made.Postprocessing == Postprocessing;

    /// <summary>How a case is merged now, before anything is removed from it.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="files">Its probabilities, one file a folder.</param>
    /// <exception cref="EnsembleException">The probabilities are not those that their records tell of, or of different images, or their image has changed.</exception>
    public ResultOrigin Of(string caseId, IReadOnlyList<string> files)
    {
        ValueArray<FileMark> image = [];
        string? imageOf = null;
        for (int i = 0; i < files.Count; i++)
        {
            if (_parts[i].Read(caseId) is not { } record) continue;
            if (!_parts[i].AreIntact(record, files[i])) throw Refused(files[i], $"these are not the probabilities that {Path.Combine(_folders[i], ResultRecords.FolderName)} tells of; they were not finished, or others have taken their place");
            if (ResultRecords.Changed(record.Image, _recheck).FirstOrDefault() is { } changed) throw Refused(files[i], $"they were made of another image than {changed.File} is now");
            if (record.Image.Count == 0) continue;
            if (imageOf is not null && !image.Select(static m => m.Sha256).SequenceEqual(record.Image.Select(static m => m.Sha256)))
            {
                throw Refused(files[i], $"they are of another image than those of {imageOf}");
            }

            (image, imageOf) = (record.Image, files[i]);
        }

        return new ResultOrigin
        {
            MadeBy = _madeBy,
            ImageOnRecord = image,
            MadeFrom = [.. files.SelectMany(static f => (string?[])[f, PropertiesOf(f)]).OfType<string>().Select(f => new KnownFile(f, recheck: _recheck))],
            DescribedBy = _describedBy,
        };
    }

    /// <summary>Cases whose probabilities have no record in some folder, such as the original's, so that nothing can be compared.</summary>
    public IEnumerable<string> WithoutRecord(IEnumerable<string> cases) => cases.Where(c => _parts.Any(p => p.Read(c) is null));

    /// <summary>The file that tells where probabilities lie; null where there is none, which whoever merges them says.</summary>
    private static string? PropertiesOf(string probabilities) => ((string[])[ProbabilityFile.PropertiesPath(probabilities), ProbabilityFile.PicklePath(probabilities)]).FirstOrDefault(File.Exists);

    private EnsembleException Refused(string file, string what) => new(file, what, $"predict the case again with {_option}");
}
