using BitMiracle.LibTiff.Classic;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>Decompresses the parts of pages by LibTiff.NET. Pages are asked for in ascending order.</summary>
/// <remarks>The library sees only files whose directories were checked, and whatever it throws is damage of the file. It writes nothing to the console.</remarks>
internal sealed class TiffDecoder : IDisposable
{
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private readonly string _name;
    private readonly BitMiracle.LibTiff.Classic.Tiff _tiff;
    private int _page;

    static TiffDecoder() => BitMiracle.LibTiff.Classic.Tiff.SetErrorHandler(new Quiet());

    /// <summary>Opens a file.</summary>
    /// <param name="content">A stream that can seek.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <exception cref="FileFormatException">The library refuses it.</exception>
    public TiffDecoder(Stream content, string name)
    {
        _name = name;
        content.Position = 0;
        _tiff = Guarded(() => BitMiracle.LibTiff.Classic.Tiff.ClientOpen("image", "rc", content, new LeftOpen())) ?? throw Damaged(Quiet.Last ?? "its directory is not understood");
        SetColours();
    }

    /// <summary>Reads a part, in the machine's byte order.</summary>
    /// <param name="page">The page.</param>
    /// <param name="part">The part's number.</param>
    /// <param name="bytes">Gets its bytes.</param>
    /// <param name="count">How many there are to be.</param>
    /// <exception cref="FileFormatException">It is damaged.</exception>
    public void Read(TiffPage page, int part, byte[] bytes, int count)
    {
        int got = Guarded(() =>
        {
            for (; _page < page.Index; _page++)
            {
                if (!_tiff.ReadDirectory()) return -1;
                SetColours();
            }

            return page.Tiled ? _tiff.ReadEncodedTile(part, bytes, 0, count) : _tiff.ReadEncodedStrip(part, bytes, 0, count);
        });
        if (got != count) throw Damaged($"page {page.Index + 1}: {(got < 0 ? Quiet.Last ?? "a part cannot be decompressed" : $"a part has {got} bytes of {count}")}");
    }

    public void Dispose()
    {
        try
        {
            _tiff.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What it had to say it said when it read.
        }
    }

    private void SetColours() => Guarded(() => _tiff.GetField(BitMiracle.LibTiff.Classic.TiffTag.COMPRESSION) is [FieldValue value] && value.ToInt() == (int)Compression.JPEG
        && _tiff.SetField(BitMiracle.LibTiff.Classic.TiffTag.JPEGCOLORMODE, JpegColorMode.RGB));

    private T Guarded<T>(Func<T> work)
    {
        Quiet.Last = null;
        try
        {
            return work();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or DescribedException))
        {
            throw new FileFormatException(_name, $"the compressed content is damaged ({e.Message.TrimEnd('.')})", CutOffRemedy, e);
        }
    }

    private FileFormatException Damaged(string what) => new(_name, $"the compressed content is damaged ({what})", CutOffRemedy);

    /// <summary>Keeps the library's last error of the thread instead of writing it to the console.</summary>
    private sealed class Quiet : TiffErrorHandler
    {
        [ThreadStatic]
        private static string? _last;

        public static string? Last
        {
            get => _last;
            set => _last = value;
        }

        public override void ErrorHandler(BitMiracle.LibTiff.Classic.Tiff tif, string method, string format, params object[] args)
        {
            try
            {
                _last = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args).TrimEnd('.');
            }
            catch (FormatException)
            {
                _last = format;
            }
        }

        public override void WarningHandler(BitMiracle.LibTiff.Classic.Tiff tif, string method, string format, params object[] args)
        {
        }
    }

    /// <summary>The stream stays open for whoever has given it.</summary>
    private sealed class LeftOpen : TiffStream
    {
        public override void Close(object clientData)
        {
        }
    }
}
