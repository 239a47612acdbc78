namespace NnUNet.Core.Models.Archives;

/// <summary>A folder beside the models into which an archive is unpacked, so that each model comes to its place by one renaming.</summary>
internal sealed class StagingFolder : IDisposable
{
    private readonly string _modelsFolder;

    /// <summary>A new, empty folder.</summary>
    public StagingFolder(string modelsFolder)
    {
        _modelsFolder = modelsFolder;
        Path = System.IO.Path.Combine(modelsFolder, $".installing-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Moves a model to its place; one that stands there is removed after that, and put back where the move fails.</summary>
    /// <returns>Whether there was one.</returns>
    public bool PutInPlace(string model)
    {
        string from = System.IO.Path.Combine(Path, model);
        string to = System.IO.Path.Combine(_modelsFolder, model);
        string old = System.IO.Path.Combine(Path, ".old", model);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
        bool there = Directory.Exists(to);
        if (there)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(old)!);
            Directory.Move(to, old);
        }

        try
        {
            Directory.Move(from, to);
        }
        catch
        {
            if (there) Directory.Move(old, to);
            throw;
        }

        return there;
    }

    /// <summary>Removes the folder with what is left in it.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
