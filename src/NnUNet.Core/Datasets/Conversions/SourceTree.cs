using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>All files below a source folder, listed once; nothing there is ever written.</summary>
internal sealed class SourceTree
{
    private const int Deepest = 12; // links may lead in circles

    private readonly List<(string Path, ImageLocation Image)> _images = [];
    private readonly List<(string Path, PictureStack Stack)> _stacks = [];
    private readonly List<string> _others = [];

    /// <summary>Lists a folder and all below it.</summary>
    /// <exception cref="DescribedException">There is no such folder.</exception>
    public SourceTree(string root)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(Root)) throw new DescribedException(Root, "there is no such folder", "give the folder into which the data set was unpacked");
        Add(Root, "", 0);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The images, with their paths below the folder: separated by slashes, in composed form, without ending.</summary>
    public IReadOnlyList<(string Path, ImageLocation Image)> Images => _images;

    /// <summary>The folders below it that hold pictures alone, with their paths in the same form: they may be one image, slice by slice.</summary>
    public IReadOnlyList<(string Path, PictureStack Stack)> Stacks => _stacks;

    /// <summary>The paths below the folder of files that are no images of a known format.</summary>
    public IReadOnlyList<string> Others => _others;

    /// <summary>A path below the folder, for messages.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The first file that a pattern would take if its format were read; null where there is none.</summary>
    public string? FirstUnread(PathPattern pattern) => _others.Find(other => Stems(other).Any(stem => pattern.Match(stem) is not null));

    private static IEnumerable<string> Stems(string path)
    {
        int name = path.LastIndexOf('/') + 1;
        for (int dot = path.LastIndexOf('.'); dot > name; dot = path.LastIndexOf('.', dot - 1)) yield return path[..dot];
    }

    private void Add(string folder, string prefix, int depth)
    {
        IReadOnlyList<ImageLocation> images = ImageLocation.In(folder);
        _images.AddRange(images.Select(image => (ComposedForm.Of(prefix) + image.Name, image)));
        if (prefix.Length > 0 && images.Count > 0 && images.All(static i => i.Format.IsPicture)) _stacks.Add((ComposedForm.Of(prefix).TrimEnd('/'), new PictureStack(folder, images)));
        HashSet<string> files = [.. images.SelectMany(static i => i.Files.Append(i.Path))];
        _others.AddRange(VisibleFiles.In(folder).Where(f => !files.Contains(f)).Select(f => prefix + Path.GetFileName(f)));
        if (depth == Deepest) return;
        foreach (string below in VisibleFiles.FoldersIn(folder).Where(f => !files.Contains(f))) Add(below, $"{prefix}{Path.GetFileName(below)}/", depth + 1);
    }
}
