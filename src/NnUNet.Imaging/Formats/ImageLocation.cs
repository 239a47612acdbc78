using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats;

/// <summary>Where an image lies: a file, a file with others that belong to it (a pair of <c>.hdr</c> and <c>.img</c>), or a folder (a series of slices).</summary>
/// <remarks>What an image's files are, its format says; who lists, copies, moves or stamps images does so by their locations.</remarks>
public sealed partial class ImageLocation
{
    private ImageLocation(string path, string ending, ImageFormat format, bool isFolder)
    {
        string file = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path));
        (Path, Ending, Format, IsFolder) = (path, ending, format, isFolder);
        Stem = file[..^ending.Length];
        Name = ComposedForm.Of(Stem);
    }

    /// <summary>The file that opens the image, or the folder.</summary>
    public string Path { get; }

    /// <summary>The name without folder and ending in composed form, by which images are compared.</summary>
    public string Name { get; }

    /// <summary>The ending as it is written in the file's name, such as <c>.nii.gz</c>; empty for a folder whose name has none.</summary>
    public string Ending { get; }

    /// <summary>The format that claims it, by its ending.</summary>
    public ImageFormat Format { get; }

    /// <summary>Whether the image is a folder of files.</summary>
    public bool IsFolder { get; }

    /// <summary>Whether the image is a series of slices, in a folder or an archive.</summary>
    public bool IsSeries => IsFolder || Format.HoldsSeries;

    /// <summary>The file's or folder's name.</summary>
    public string FileName => Stem + Ending;

    /// <summary>Whether it is there. A link counts as what it leads to.</summary>
    public bool Exists => IsFolder ? Directory.Exists(Path) : File.Exists(Path);

    /// <summary>All files of the image that are there, the one that opens it first.</summary>
    public IReadOnlyList<string> Files => Format.FilesOf(Path);

    /// <summary>The files of the image that are not there: the one that opens it, or what its format misses beside it.</summary>
    public IReadOnlyList<string> MissingFiles => Exists ? Format.MissingFilesOf(Path) : [Path];

    /// <summary>The name as the disk has it.</summary>
    private string Stem { get; }

    /// <summary>The location that a path names; null where no format claims it. The file need not exist, a folder must.</summary>
    public static ImageLocation? Of(string path) => Of(path, ImageFile.Formats());

    /// <summary>The images of a folder, in the ordinal order of their names and then of their endings; none where there is no such folder. Pictures beside an image of the same name in another format, such as overlays of it, are none.</summary>
    public static IReadOnlyList<ImageLocation> In(string folder)
    {
        ImageFormat[] formats = ImageFile.Formats();
        ImageLocation[] all =
        [
            .. VisibleFiles.In(folder).Select(path => OfFile(path, formats)).Where(static l => l?.Format.IsImageFile(l.Path) == true).Concat(VisibleFiles.FoldersIn(folder).Select(path => OfFolder(path, formats)))
                .OfType<ImageLocation>().OrderBy(static l => l.Name, StringComparer.Ordinal).ThenBy(static l => l.Ending, StringComparer.Ordinal),
        ];
        if (Array.TrueForAll(all, static l => l.Format.IsPicture) || !Array.Exists(all, static l => l.Format.IsPicture)) return all;
        HashSet<string> others = [.. all.Where(static l => !l.Format.IsPicture).Select(static l => l.Name)];
        return [.. all.Where(l => !l.Format.IsPicture || !others.Contains(l.Name))];
    }

    /// <summary>What <see cref="Stamp.OfFile"/> says about each file.</summary>
    /// <param name="path">An image; one that no format claims is stamped as a single file.</param>
    /// <param name="name">How a file is called in its stamp; null for its full path.</param>
    public static IEnumerable<string> Stamps(string path, Func<string, string>? name = null) => FilesOf(path).Select(file => Stamp.OfFile(file, name?.Invoke(file)));

    /// <summary>All files of an image that are there, the one that opens it first; the path alone where no format claims it.</summary>
    public static IReadOnlyList<string> FilesOf(string path) => Of(path)?.Files is { Count: > 0 } files ? files : [path];

    /// <summary>Copies the image with all its files and their times of change; files that are copied already stay. The file that opens it comes last.</summary>
    /// <param name="folder">Gets the image; made where it is missing.</param>
    /// <param name="name">The image's name there, without ending; null for its own.</param>
    /// <returns>The paths of the copies.</returns>
    public IReadOnlyList<string> CopyTo(string folder, string? name = null)
    {
        (string From, string To)[] pairs = Targets(folder, name);
        if (IsFolder) RemoveOthers(folder, name, pairs);
        foreach ((string from, string to) in pairs.Reverse())
        {
            if (Stamp.Same(from, to)) continue;
            if (from == Path && !IsFolder && name is not null && name != Stem && pairs.Length > 1) Format.CopyRenamed(from, to, NamesFrom(folder, pairs));
            else AtomicFile.Copy(from, to);
        }

        return [.. pairs.Select(static p => p.To)];
    }

    /// <summary>Whether a folder has a copy of all files with their sizes and times of change.</summary>
    /// <param name="folder">The folder.</param>
    public bool IsCopiedTo(string folder)
    {
        (string From, string To)[] pairs = Targets(folder, null);
        return pairs.All(static p => Stamp.Same(p.From, p.To)) && (!IsFolder || !Others(folder, null, pairs).Any());
    }

    /// <summary>Removes the files that <see cref="CopyTo"/> copies to a folder.</summary>
    internal void DeleteCopyIn(string folder)
    {
        foreach ((_, string to) in Targets(folder, null).Where(p => !IsShared(p.From) && File.Exists(p.To))) File.Delete(to);
    }

    /// <summary>Moves the image with all its files, over what is there.</summary>
    /// <param name="folder">Gets the image; made where it is missing.</param>
    public void MoveTo(string folder)
    {
        (string From, string To)[] pairs = Targets(folder, null);
        if (IsFolder) RemoveOthers(folder, null, pairs);
        foreach ((_, string to) in pairs) Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);

        // The file that opens the image goes first: what is left behind is not taken for an image.
        foreach ((string from, string to) in pairs) File.Move(from, to, overwrite: true);
        if (IsFolder) Directory.Delete(Path, recursive: true);
    }

    /// <summary>Removes all files of the image, the one that opens it first. Of a link to a folder, the link alone. Files that other images share stay.</summary>
    public void Delete()
    {
        bool isLink = IsFolder && new DirectoryInfo(Path).LinkTarget is not null;
        foreach (string file in isLink ? [] : Files.Where(f => !IsShared(f))) File.Delete(file);
        if (IsFolder) Directory.Delete(Path, recursive: !isLink);
    }

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    internal static ImageLocation? OfFile(string path, ImageFormat[] formats) =>
        LongestEnding(path, formats) is { } found ? new ImageLocation(path, found.Ending, found.Format, isFolder: false) : null;

    /// <summary>The longest ending of the formats that a path has, as it is written there.</summary>
    private static (ImageFormat Format, string Ending)? LongestEnding(string path, params IEnumerable<ImageFormat> formats)
    {
        (ImageFormat Format, string Ending)? best = null;
        foreach (ImageFormat format in formats)
        {
            foreach (string ending in format.Endings)
            {
                if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && ending.Length > (best?.Ending.Length ?? 0)) best = (format, path[^ending.Length..]);
            }
        }

        return best;
    }

    private static ImageLocation? Of(string path, ImageFormat[] formats) => (Directory.Exists(path) ? OfFolder(path, formats) : null) ?? OfFile(path, formats);

    private static ImageLocation? OfFolder(string path, ImageFormat[] formats)
    {
        if (Array.Find(formats, f => f.IsImageFolder(path)) is not { } format) return null;

        string plain = System.IO.Path.TrimEndingDirectorySeparator(path);
        return new ImageLocation(plain, LongestEnding(System.IO.Path.GetFileName(plain), format)?.Ending ?? "", format, isFolder: true);
    }

    private (string From, string To)[] Targets(string folder, string? name) => IsFolder
        ? [.. Files.Select(file => (file, System.IO.Path.Join(FolderIn(folder, name), System.IO.Path.GetRelativePath(Path, file))))]
        : [.. Files.Select(file => (file, System.IO.Path.Join(folder, NameOf(file, name ?? Stem))))];

    /// <summary>
    /// How one of the image's files is called in a copy: like the image up to the ending; one that several images share, such as <c>CASE.json</c> of
    /// <c>CASE_0000.tif</c>, like what they have in common; what is called otherwise gets its own name behind the image's.
    /// </summary>
    private string NameOf(string file, string name)
    {
        string own = System.IO.Path.GetRelativePath(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, System.IO.Path.GetFullPath(file));
        if (own.StartsWith(Stem, StringComparison.Ordinal)) return name + own[Stem.Length..];
        if (name == Stem) return own;
        if (!IsShared(file)) return $"{name}.{own.Replace(System.IO.Path.DirectorySeparatorChar, '_')}";
        string more = Stem[System.IO.Path.GetFileNameWithoutExtension(own).Length..];
        return (name.Length > more.Length && Channel().IsMatch(name) ? name[..^more.Length] : name) + System.IO.Path.GetExtension(own);
    }

    /// <summary>Whether several images share a file: then it is called like what their names have in common.</summary>
    private bool IsShared(string file)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(file);
        return !IsFolder && name.Length < Stem.Length && Stem.StartsWith(name, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> NamesFrom(string folder, (string From, string To)[] pairs) => pairs.Skip(1).ToDictionary(
        static p => System.IO.Path.GetFullPath(p.From), p => System.IO.Path.GetRelativePath(System.IO.Path.GetFullPath(folder), System.IO.Path.GetFullPath(p.To)).Replace('\\', '/'));

    private string FolderIn(string folder, string? name) => System.IO.Path.Join(folder, (name ?? Stem) + Ending);

    /// <summary>The files of an earlier image where this one's folder goes, which would pass for its own; what other processes are writing there is none.</summary>
    private IEnumerable<string> Others(string folder, string? name, (string From, string To)[] pairs)
    {
        string to = FolderIn(folder, name);
        HashSet<string> own = [.. pairs.Select(static p => System.IO.Path.GetFullPath(p.To))];
        return Directory.Exists(to) ? Format.FilesOf(to).Where(f => !own.Contains(System.IO.Path.GetFullPath(f))) : [];
    }

    private void RemoveOthers(string folder, string? name, (string From, string To)[] pairs)
    {
        foreach (string other in Others(folder, name, pairs).ToArray()) File.Delete(other);
    }

    /// <summary>The number of a channel at the end of a name.</summary>
    [GeneratedRegex("_[0-9]{4}$", RegexOptions.CultureInvariant)]
    internal static partial Regex Channel();
}
