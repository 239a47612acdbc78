namespace NnUNet.Core.Models.Archives;

/// <summary>What of an archive is unpacked and not in its place yet: a <see cref="StagingFolder"/> beside the models of each generation.</summary>
internal sealed class StagedModels : IDisposable
{
    private readonly Dictionary<string, StagingFolder> _folders = new(StringComparer.Ordinal);

    /// <summary>Makes the folders.</summary>
    /// <param name="places">The folders of all models below which something goes.</param>
    public StagedModels(IEnumerable<string> places)
    {
        try
        {
            foreach (string place in places.Distinct(StringComparer.Ordinal)) _folders[place] = new StagingFolder(place);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where a model lies now.</summary>
    public string PathOf(ArchiveModel model) => Path.Combine(_folders[model.Place].Path, Native(model.Path));

    /// <summary>Where a file lies now.</summary>
    public string PathOf(ArchiveFile file) => Path.Combine(_folders[file.Place].Path, Native(file.Target));

    /// <summary>Notes that all models are unpacked and checked: from now on an installation that is interrupted is completed.</summary>
    public void Announce(string archive, IReadOnlyCollection<ArchiveModel> models)
    {
        foreach ((string place, StagingFolder folder) in _folders) folder.Announce(archive, models.Where(m => m.Place == place).Select(static m => m.Path));
    }

    /// <summary>Moves a model to its place.</summary>
    /// <returns>Whether another one was there, which is removed.</returns>
    public bool PutInPlace(ArchiveModel model) => _folders[model.Place].PutInPlace(model.Path);

    /// <summary>Moves a file that belongs to no single model to its place, unless another one is there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="force">Whether another one is replaced.</param>
    /// <returns>Whether it is in its place, or the same as what is there.</returns>
    public bool PutInPlace(ArchiveFile file, bool force)
    {
        string from = PathOf(file), to = Path.Combine(file.Place, Native(file.Target));
        if (File.Exists(to) && !force) return File.ReadAllBytes(from).AsSpan().SequenceEqual(File.ReadAllBytes(to));
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Move(from, to, overwrite: true);
        return true;
    }

    /// <summary>Removes the folders with what is left in them.</summary>
    public void Dispose()
    {
        foreach (StagingFolder folder in _folders.Values) folder.Dispose();
    }

    private static string Native(string path) => path.Replace('/', Path.DirectorySeparatorChar);
}
