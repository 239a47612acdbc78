using System.Buffers.Binary;
using System.IO.Compression;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>A DICOM file (PS3.10): its data set and how it is written. Files without preamble or meta information are read too.</summary>
internal sealed class DicomFile
{
    /// <summary>Bytes at the beginning that tell whether a file is one.</summary>
    public const int MagicEnd = 132;

    private const int PreambleBytes = 128;
    private const uint LastFirstElement = 0x20;
    private const uint LongestFirstElement = 1024;

    private DicomFile(string path, TransferSyntax syntax, DicomDataSet data) => (Path, Syntax, Data) = (path, syntax, data);

    /// <summary>The file, or what it is called in errors.</summary>
    public string Path { get; }

    /// <summary>How it is written.</summary>
    public TransferSyntax Syntax { get; }

    /// <summary>Its attributes.</summary>
    public DicomDataSet Data { get; }

    /// <summary>Whether content is plainly DICOM: it has the preamble and the prefix after it.</summary>
    /// <param name="start">The first bytes, 132 or more.</param>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.Length >= MagicEnd && start[PreambleBytes..MagicEnd].SequenceEqual("DICM"u8);

    /// <summary>Whether a file's beginning is DICOM's, with preamble or without; false for one that cannot be opened.</summary>
    /// <param name="path">The file.</param>
    public static bool IsDicom(string path)
    {
        try
        {
            if (!InputFile.IsOrdinary(path)) return false;
            using FileStream stream = InputFile.Open(path, bufferSize: 1);
            return IsDicom(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FileFormatException)
        {
            return false;
        }
    }

    /// <summary>Whether a file's beginning is DICOM's, with preamble or without.</summary>
    /// <param name="stream">The bytes, at the first one; their length is known.</param>
    public static bool IsDicom(Stream stream)
    {
        Span<byte> start = stackalloc byte[MagicEnd];
        int got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return HasMagic(start[..got]) || IsMeta(start[..got]) || Guess(start[..got], stream.Length) is not null;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Which values are read.</param>
    /// <exception cref="FileFormatException">It cannot be opened, is no DICOM file, cut off or damaged.</exception>
    public static DicomFile Read(string path, DicomContent content)
    {
        try
        {
            using FileStream stream = InputFile.Open(path);
            return Read(stream, path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(path, $"the file cannot be read ({e.Message.TrimEnd('.')})", "check the name, the disk and the access rights", e);
        }
    }

    /// <summary>Reads a file from a stream.</summary>
    /// <param name="stream">The bytes: a stream that can seek, at its first byte; stays open.</param>
    /// <param name="name">What the file is called in errors.</param>
    /// <param name="content">Which values are read.</param>
    /// <exception cref="FileFormatException">It is no DICOM file, cut off or damaged.</exception>
    public static DicomFile Read(Stream stream, string name, DicomContent content)
    {
        Span<byte> start = stackalloc byte[MagicEnd];
        int got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = HasMagic(start[..got]) ? MagicEnd : 0;
        TransferSyntax syntax = HasMagic(start[..got]) || IsMeta(start[..got])
            ? MetaSyntax(stream, name)
            : Guess(start[..got], stream.Length) ?? throw new FileFormatException(name, "the content is not DICOM", "check that it is the right file, and not cut off");

        DicomDataSet data = new(name);
        if (syntax.IsDeflated)
        {
            using DeflateStream inflated = new(stream, CompressionMode.Decompress, leaveOpen: true);
            new DicomReader(new DicomInput(name, inflated), content).Read(data, syntax);
        }
        else
        {
            new DicomReader(new DicomInput(name, stream), content).Read(data, syntax);
        }

        if (!data.Elements.Any()) throw new FileFormatException(name, "there is no element of a data set in the file", "the file is cut off or damaged; copy it again");
        return new DicomFile(name, syntax, data);
    }

    /// <summary>Writes a file with explicit value representations, little-endian. The same data set gives the same bytes.</summary>
    /// <param name="path">The file, replaced only when all is written.</param>
    /// <param name="data">The data set, with SOP class and instance.</param>
    /// <param name="syntax">How pixels are compressed where they are fragments; null for pixels as they are.</param>
    /// <exception cref="FileFormatException">There is no SOP class or instance.</exception>
    public static void Write(string path, DicomDataSet data, TransferSyntax? syntax = null) => AtomicFile.Write(path, stream => Write(stream, data, syntax));

    /// <summary>Writes a file into a stream.</summary>
    /// <param name="stream">Gets the bytes; need not seek, and stays open.</param>
    /// <param name="data">The data set, with SOP class and instance.</param>
    /// <param name="syntax">How pixels are compressed where they are fragments; null for pixels as they are.</param>
    /// <exception cref="FileFormatException">There is no SOP class or instance.</exception>
    public static void Write(Stream stream, DicomDataSet data, TransferSyntax? syntax = null) => DicomWriter.Write(stream, data, syntax ?? TransferSyntax.ExplicitLittle);

    /// <summary>Reads the meta information, which is always explicit and little-endian; the stream stands behind it after that.</summary>
    private static TransferSyntax MetaSyntax(Stream stream, string name)
    {
        DicomInput input = new(name, stream);
        DicomReader reader = new(input, DicomContent.WithoutPixels);
        DicomDataSet meta = new(name);
        long before = input.Position;
        while (input.TryReadTag(bigEndian: false, out DicomTag tag) && tag.Group() == 2)
        {
            reader.ReadMeta(meta, tag);
            before = input.Position;
        }

        stream.Position = before;
        return meta.Text(DicomTag.TransferSyntaxUID) is { } uid ? TransferSyntax.Of(uid) : Guess(stream, before) ?? TransferSyntax.Implicit;
    }

    private static bool IsMeta(ReadOnlySpan<byte> start) => start.Length >= 8 && start[..4].SequenceEqual<byte>([2, 0, 0, 0]) && start[4..6].SequenceEqual("UL"u8);

    private static TransferSyntax? Guess(Stream stream, long position)
    {
        Span<byte> start = stackalloc byte[MagicEnd];
        int got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = position;
        return Guess(start[..got], stream.Length);
    }

    /// <summary>How a file without meta information is written, by its first element, which belongs to group 8 in all images; null for what is no DICOM.</summary>
    private static TransferSyntax? Guess(ReadOnlySpan<byte> start, long length)
    {
        if (start.Length < 8) return null;
        bool big = start[0] == 0 && start[1] == 8;
        if (!big && (start[0] != 8 || start[1] != 0)) return null;

        bool isExplicit = DicomKinds.IsKnown($"{(char)start[4]}{(char)start[5]}");
        if (big) return isExplicit ? TransferSyntax.ExplicitBig : null;
        if (isExplicit) return TransferSyntax.ExplicitLittle;

        // Any bytes could begin with an 8: the first element of an image is one of the lowest, and short.
        uint element = BinaryPrimitives.ReadUInt16LittleEndian(start[2..]), first = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
        return element <= LastFirstElement && first % 2 == 0 && first <= LongestFirstElement && first <= length - 8 ? TransferSyntax.Implicit : null;
    }
}
