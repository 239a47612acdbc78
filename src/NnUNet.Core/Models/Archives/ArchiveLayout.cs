using System.IO.Compression;

namespace NnUNet.Core.Models.Archives;

/// <summary>An entry of an archive that is a file.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Parts">The parts of its name, checked.</param>
internal sealed record ArchiveEntry(ZipArchiveEntry Entry, string[] Parts);

/// <summary>How the models of one generation lie in archives and in the folder of all of them.</summary>
internal abstract class ArchiveLayout
{
    /// <summary>The folder of all models of this generation.</summary>
    public abstract string Place { get; }

    /// <summary>Where a file goes; null where it belongs to no model of this generation.</summary>
    /// <param name="entry">The file.</param>
    public abstract ArchiveFile? Find(ArchiveEntry entry);
}

/// <summary>A file of an archive and where it goes.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Target">Its path below the folder of all models, with slashes: <c>3d_fullres/Task004_Hippocampus/TRAINER__PLANS/plans.json</c>.</param>
/// <param name="Model">The model that it belongs to; null where it describes a data set's models together.</param>
internal sealed record ArchiveFile(ZipArchiveEntry Entry, string Target, ArchiveModel? Model)
{
    /// <summary>The folder of all models below which it goes.</summary>
    public required string Place { get; init; }
}

/// <summary>A model of an archive.</summary>
/// <param name="Place">The folder of all models of its generation.</param>
/// <param name="Path">Its folder below that, with slashes.</param>
internal sealed record ArchiveModel(string Place, string Path)
{
    /// <summary>Whether only its files tell what its folder is called, which are looked into when they are unpacked.</summary>
    public bool HasNoName { get; init; }

    /// <summary>Whether it is only what was found out about several models.</summary>
    public bool IsEnsemble { get; init; }

    /// <summary>The folder where it is installed.</summary>
    public string Target => System.IO.Path.Combine(Place, Path);
}
