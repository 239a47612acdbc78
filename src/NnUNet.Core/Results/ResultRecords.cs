using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Results;

/// <summary>The records of a folder of results, one file a case: the one owner of how a result was made.</summary>
/// <remarks>Several processes may work on other cases of the folder at the same time. A record goes with its result: what is removed or moved takes it along.</remarks>
/// <param name="folder">The folder of the results.</param>
/// <param name="recheck">Whether contents are compared even where sizes and times are the same.</param>
public sealed class ResultRecords(string folder, bool recheck = false)
{
    /// <summary>The folder of the records in the folder of the results.</summary>
    public const string FolderName = "provenance";

    /// <summary>The record of a case; null where there is none that can be read.</summary>
    public ResultRecord? Read(string caseId) => ProductJson.ReadOrNull<ResultRecord>(PathOf(caseId)); // one that is damaged or from another version says nothing

    /// <summary>Notes how a case's result is going to be made. From now on, what lies there counts as unfinished.</summary>
    /// <exception cref="DescribedException">A file that it is made from cannot be read, or has changed.</exception>
    public void Begin(string caseId, ResultOrigin origin) => ProductJson.Write(PathOf(caseId), origin.Begun());

    /// <summary>Notes that a case's result is whole.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="origin">How it was made.</param>
    /// <param name="segmentation">The segmentation's path.</param>
    /// <param name="probabilities">The path of its probabilities; null where they were not written.</param>
    public void End(string caseId, ResultOrigin origin, string segmentation, string? probabilities = null) => End(caseId, origin, [segmentation], probabilities);

    /// <summary>Notes that a case's result is whole which consists of several images, such as one mask a structure.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="origin">How it was made.</param>
    /// <param name="segmentation">The paths of its images.</param>
    /// <param name="probabilities">The path of its probabilities; null where they were not written.</param>
    public void End(string caseId, ResultOrigin origin, IEnumerable<string> segmentation, string? probabilities = null) => ProductJson.Write(PathOf(caseId), origin.Begun() with
    {
        Segmentation = KnownFile.Marks(Beside(segmentation.SelectMany(ImageLocation.FilesOf))),
        Probabilities = probabilities is null ? [] : KnownFile.Marks(Beside([probabilities])),
    });

    /// <summary>Writes a result between the two parts of its record. Probabilities of an earlier result go, unless they are true of this one.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="origin">How it is made.</param>
    /// <param name="probabilities">The path of its probabilities, whether they are written or not.</param>
    /// <param name="saves">Whether they are written.</param>
    /// <param name="write">Writes the probabilities, if they are, then the segmentation, whose path it returns.</param>
    /// <exception cref="DescribedException">A file that it is made from cannot be read, or has changed.</exception>
    public void Write(string caseId, ResultOrigin origin, string probabilities, bool saves, Func<string> write)
    {
        bool keeps = !saves && HasTrueProbabilities(caseId, origin, probabilities);
        Begin(caseId, origin);
        if (!saves && !keeps) ProbabilityFile.Delete(probabilities);
        End(caseId, origin, write(), saves || keeps ? probabilities : null);
    }

    /// <summary>Removes the record of a case, where there is one.</summary>
    public void Remove(string caseId)
    {
        if (File.Exists(PathOf(caseId))) File.Delete(PathOf(caseId));
    }

    /// <summary>Moves a result that does not fit to another folder, with its record. One that is damaged takes no other's place there, and leaves no record.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="standing">What the result is worth.</param>
    /// <param name="there">Its images that are there; below the folder of the results, they keep their folder.</param>
    /// <param name="otherFolder">The folder.</param>
    public void MoveAside(string caseId, Standing standing, IReadOnlyList<ImageLocation> there, string otherFolder)
    {
        bool isDamaged = standing == Standing.Damaged;
        (ImageLocation Image, string Folder)[] moves = [.. there.Select(image => (image, Path.GetFullPath(Path.Combine(otherFolder, Path.GetRelativePath(folder, Path.GetDirectoryName(Path.GetFullPath(image.Path))!)))))];
        bool isTaken = Array.Exists(moves, static move => Path.Exists(Path.Combine(move.Folder, move.Image.FileName)));
        foreach ((ImageLocation image, string to) in moves)
        {
            if (isDamaged && isTaken) image.Delete();
            else image.MoveTo(to);
        }

        if (isDamaged) Remove(caseId);
        else MoveTo(caseId, otherFolder);
    }

    /// <summary>Whether a case's segmentation is the one that its record tells of, finished and untouched since.</summary>
    public bool IsIntact(ResultRecord? record, params IEnumerable<ImageLocation> segmentation) =>
        record?.Segmentation is { } marks && KnownFile.Are(Beside(segmentation.SelectMany(static s => s.Files)), marks);

    /// <summary>Whether a case's probabilities are those that its record tells of.</summary>
    public bool AreIntact(ResultRecord record, string probabilities) => record.Segmentation is not null && KnownFile.Are(Beside([probabilities]), record.Probabilities);

    /// <summary>Whether probabilities that lie there were made of the same files in the same way as a segmentation that is going to be written, so that they may stay beside it.</summary>
    private bool HasTrueProbabilities(string caseId, ResultOrigin origin, string probabilities) =>
        Read(caseId) is { } made && origin.Difference(made) is null && AreIntact(made, probabilities);

    /// <summary>What the result of a case is worth now.</summary>
    /// <param name="results">The folder of the results.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="now">How it would be made now.</param>
    /// <param name="probabilities">The path of the probabilities that are asked for; null for none.</param>
    public ResultStanding Look(ResultFolder results, string caseId, ResultOrigin now, string? probabilities = null)
    {
        if (results.Find(caseId) is not { } there) return new ResultStanding(Standing.Missing);

        ResultRecord? made = Read(caseId);
        ResultStanding alone = Look(there, made);
        if (alone.Standing != Standing.Fits) return alone;
        if (now.Difference(made!) is { } difference) return new ResultStanding(Standing.Outdated, difference);
        if (probabilities is not null && !AreIntact(made!, probabilities)) return new ResultStanding(Standing.Missing);
        return made!.Postprocessing == now.Postprocessing ? new ResultStanding(Standing.Fits)
            : made.Postprocessing.Length == 0 ? new ResultStanding(Standing.NotPostprocessed)
            : new ResultStanding(Standing.Outdated, "was made with another postprocessing");
    }

    /// <summary>What a segmentation is worth by itself: whether it is the one that its record tells of, however that was made.</summary>
    public ResultStanding Look(ImageLocation segmentation) => Look(segmentation, Read(segmentation.Name));

    /// <summary>The files that have another content now than when a result was made from them; those that are not there any more are not told.</summary>
    /// <param name="marks">The files as they were.</param>
    /// <param name="recheck">Whether contents are compared even where sizes and times are the same.</param>
    public static IEnumerable<FileMark> Changed(IEnumerable<FileMark> marks, bool recheck) =>
        marks.Where(mark => File.Exists(mark.File) && !new KnownFile(mark.File, recheck: recheck).Is(mark));

    /// <summary>What a result of several images, such as one mask a structure, is worth now.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="there">Those of its images that are there.</param>
    /// <param name="now">How it would be made now.</param>
    public ResultStanding Look(string caseId, IReadOnlyList<ImageLocation> there, ResultOrigin now)
    {
        if (there.Count == 0) return new ResultStanding(Standing.Missing);
        ResultRecord? made = Read(caseId);
        if (made?.Segmentation is { } marks)
        {
            // Some of what was made, untouched, is no stranger's work: the rest is missing.
            IReadOnlyList<KnownFile> files = Beside(there.SelectMany(static t => t.Files));
            if (files.Count < marks.Count && files.All(f => marks.Any(f.Is))) return new ResultStanding(Standing.Missing);
        }

        ResultStanding alone = Look(there, made);
        return alone.Standing == Standing.Fits && now.Difference(made!) is { } difference ? new ResultStanding(Standing.Outdated, difference) : alone;
    }

    private ResultStanding Look(ImageLocation segmentation, ResultRecord? made) => Look([segmentation], made);

    private ResultStanding Look(IReadOnlyList<ImageLocation> segmentation, ResultRecord? made)
    {
        if (made is { Segmentation: null }) return new ResultStanding(Standing.Missing);
        if (IsIntact(made, segmentation)) return new ResultStanding(Standing.Fits);
        if (segmentation.Select(Fault).FirstOrDefault(static f => f is not null) is { } fault) return new ResultStanding(Standing.Damaged, $"cannot be read ({fault})");
        return new ResultStanding(Standing.Unknown, made is null ? "has no record of how it was made" : "was changed since it was made");
    }

    private IReadOnlyList<KnownFile> Beside(IEnumerable<string> files) => [.. files.Select(file => new KnownFile(file, besideRecord: true, recheck))];

    /// <summary>Why a segmentation cannot be read; null where it can.</summary>
    private static string? Fault(ImageLocation segmentation)
    {
        try
        {
            ImageFile.ReadLabels(segmentation.Path);
            return null;
        }
        catch (DescribedException e)
        {
            return e.What;
        }
    }

    private void MoveTo(string caseId, string otherFolder)
    {
        if (!File.Exists(PathOf(caseId))) return;
        Directory.CreateDirectory(Path.Combine(otherFolder, FolderName));
        File.Move(PathOf(caseId), Path.Combine(otherFolder, FolderName, caseId + ".json"), overwrite: true);
    }

    private string PathOf(string caseId) => Path.Combine(folder, FolderName, caseId + ".json");
}
