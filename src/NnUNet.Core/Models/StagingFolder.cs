using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>What an installation is about to put in place; it lies in the staging folder from before the first renaming.</summary>
internal sealed record InstallationRecord
{
    /// <summary>The archive.</summary>
    public required string Archive { get; init; }

    /// <summary>The models, as paths below the folder of all models.</summary>
    public required ValueArray<string> Models { get; init; }
}

/// <summary>A folder beside the models into which an archive is unpacked, so that each model comes to its place by one renaming.</summary>
/// <remarks>
/// A model that is replaced is renamed into this folder first. A process that is killed in between leaves neither in place; the next
/// command finds that the folder's lock is free, and completes what was begun (<see cref="Recover"/>).
/// </remarks>
internal sealed class StagingFolder : IDisposable
{
    private const string Prefix = ".installing-";
    private const string OldName = ".old";
    private const string RecordName = ".installation.json";

    private readonly string _modelsFolder;
    private readonly WorkFolder _folder;

    /// <summary>A new, empty folder.</summary>
    public StagingFolder(string modelsFolder)
    {
        _modelsFolder = modelsFolder;
        _folder = WorkFolder.Create(modelsFolder, Prefix);
    }

    /// <summary>The folder.</summary>
    public string Path => _folder.Path;

    /// <summary>Notes that all models are unpacked and checked: from now on an installation that is interrupted is completed.</summary>
    public void Announce(string archive, IEnumerable<string> models) =>
        ProductJson.Write(System.IO.Path.Combine(Path, RecordName), new InstallationRecord { Archive = archive, Models = models.ToValueArray() });

    /// <summary>Moves a model to its place; one that stands there is removed after that, and put back where the move fails.</summary>
    /// <returns>Whether there was one.</returns>
    public bool PutInPlace(string model)
    {
        bool there = TakeAway(model);
        try
        {
            Move(System.IO.Path.Combine(Path, model), System.IO.Path.Combine(_modelsFolder, model));
        }
        catch
        {
            if (there) Move(OldOf(Path, model), System.IO.Path.Combine(_modelsFolder, model));
            throw;
        }

        return there;
    }

    /// <summary>Moves the model that stands in the place of a new one into this folder: the first of the two renamings.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool TakeAway(string model)
    {
        string target = System.IO.Path.Combine(_modelsFolder, model);
        if (!Directory.Exists(target)) return false;
        Move(target, OldOf(Path, model));
        return true;
    }

    /// <summary>Completes the installations of processes that were killed, and removes what they left.</summary>
    /// <param name="modelsFolder">The folder of all models.</param>
    /// <returns>What was done, each in one sentence.</returns>
    public static ValueArray<string> Recover(string modelsFolder)
    {
        List<string> told = [];
        try
        {
            Leftovers leftovers = WorkFolder.RemoveAbandoned(modelsFolder, Prefix, folder => Complete(folder, modelsFolder, told));
            if (leftovers.Notice is { } notice) told.Add(notice);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            told.Add($"{modelsFolder}: an installation was interrupted, and what it left cannot be put in order ({e.Message.TrimEnd('.')}); run a command with the right to write there");
        }

        return told.ToValueArray();
    }

    /// <summary>Removes the folder with what is left in it.</summary>
    public void Dispose() => _folder.Dispose();

    private static void Complete(string folder, string modelsFolder, List<string> told)
    {
        if (RecordOf(folder) is not { } record)
        {
            // Without a model in it, it was done and was removing what was left.
            bool unpacked = Directory.EnumerateDirectories(folder).Any(static f => System.IO.Path.GetFileName(f) != OldName);
            if (unpacked) told.Add("an installation was interrupted before it changed a model; what it had unpacked was removed: repeat it");
            return;
        }

        foreach (string model in record.Models)
        {
            string target = System.IO.Path.Combine(modelsFolder, model), fresh = System.IO.Path.Combine(folder, model), old = OldOf(folder, model);
            bool isFresh = Directory.Exists(fresh), isOld = Directory.Exists(old);
            if (Directory.Exists(target))
            {
                if (isFresh) told.Add($"{model}: its installation from {record.Archive} was interrupted, and the model that was there stays; repeat the installation");
            }
            else if (isFresh)
            {
                Move(fresh, target);
                told.Add($"{model}: its installation from {record.Archive} was interrupted and is completed now{(isOld ? "; it has replaced the model that was there" : "")}");
            }
            else if (isOld)
            {
                Move(old, target);
                told.Add($"{model}: its installation from {record.Archive} was interrupted; the model that was there is back in its place");
            }
        }
    }

    private static InstallationRecord? RecordOf(string folder) => ProductJson.ReadOrNull<InstallationRecord>(System.IO.Path.Combine(folder, RecordName));

    private static string OldOf(string folder, string model) => System.IO.Path.Combine(folder, OldName, model);

    private static void Move(string from, string to)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
        Directory.Move(from, to);
    }
}
