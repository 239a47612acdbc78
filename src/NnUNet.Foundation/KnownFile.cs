using System.Security.Cryptography;

namespace NnUNet.Foundation;

/// <summary>A file as it was when this object was made, to be compared with marks of earlier times and to be marked itself. Of a link, the file that it leads to counts.</summary>
/// <remarks>
/// A file in the same place with the same size and time of the last change passes for the same, which takes no reading; one in
/// another place, or of another time, is the same where its content is. The content is read once, when it is asked for.
/// </remarks>
public sealed class KnownFile
{
    private readonly string _name;
    private readonly bool _recheck;
    private readonly bool _exists;
    private readonly long _bytes;
    private readonly DateTime _changed;
    private readonly Lazy<string> _sha256;

    /// <summary>Looks at a file; reads nothing of it.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <param name="besideRecord">Whether its mark is kept beside it, so that only its name counts and not its folder.</param>
    /// <param name="recheck">Whether contents are compared even where size and time are the same.</param>
    public KnownFile(string path, bool besideRecord = false, bool recheck = false)
    {
        Path = System.IO.Path.GetFullPath(path);
        FileInfo file = Stamp.Target(Path);
        _name = besideRecord ? System.IO.Path.GetFileName(Path) : Path;
        _recheck = recheck;
        _exists = file.Exists;
        (_bytes, _changed) = _exists ? (file.Length, file.LastWriteTimeUtc) : (0, default);
        _sha256 = new Lazy<string>(Hash);
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Its mark; reads the file.</summary>
    /// <exception cref="DescribedException">It cannot be read, or has changed since this object was made.</exception>
    public FileMark Mark => new() { File = _name, Bytes = _bytes, Changed = _changed, Sha256 = _sha256.Value };

    /// <summary>Marks of several files, in their order; reads them.</summary>
    /// <exception cref="DescribedException">One cannot be read, or has changed since its object was made.</exception>
    public static ValueArray<FileMark> Marks(IEnumerable<KnownFile> files) => files.Select(static f => f.Mark).ToValueArray();

    /// <summary>Whether files are those that marks were taken of, in the same order.</summary>
    /// <exception cref="DescribedException">A file whose content must be read cannot be.</exception>
    public static bool Are(IReadOnlyList<KnownFile> files, IReadOnlyList<FileMark> marks) => files.Count == marks.Count && files.Zip(marks).All(static p => p.First.Is(p.Second));

    /// <summary>Whether this is the file that a mark was taken of; what does not exist is none.</summary>
    /// <exception cref="DescribedException">Its content must be read and cannot be.</exception>
    public bool Is(FileMark mark)
    {
        if (!_exists || _bytes != mark.Bytes) return false;
        return (!_recheck && _changed == mark.Changed && _name == mark.File) || _sha256.Value == mark.Sha256;
    }

    /// <summary>The checksum of a file's content.</summary>
    /// <exception cref="DescribedException">It cannot be read.</exception>
    public static string HashOf(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 20, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(path, $"cannot be read ({e.Message.TrimEnd('.')})", "check that the file exists and may be read", e);
        }
    }

    private string Hash()
    {
        string hash = HashOf(Path);
        return Stamp.IsOf(Path, _bytes, _changed)
            ? hash
            : throw new DescribedException(Path, "the file changed while it was in use", "give the command again when nobody writes to it");
    }
}
