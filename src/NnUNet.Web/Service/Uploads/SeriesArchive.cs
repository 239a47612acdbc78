using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Web.Service.Uploads;

/// <summary>A zip archive with the files of a DICOM series. Names in it are not used; what is no DICOM is passed over.</summary>
internal static class SeriesArchive
{
    /// <summary>The most files that an archive may have.</summary>
    public const int MostFiles = 20_000;

    private const int LargestTable = 8 << 20;
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const uint EndMark = 0x06054b50;

    private const string Where = "series";
    private const string Remedy = "send a zip archive with the files of one series";

    /// <summary>Unpacks an archive.</summary>
    /// <param name="archive">The archive's file.</param>
    /// <param name="folder">Gets the files; made here.</param>
    /// <param name="mostBytes">Bytes that all files together may have.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="CallRefusal">They have more.</exception>
    /// <exception cref="DescribedException">It is damaged, has too many files, or none of DICOM.</exception>
    public static void Unpack(string archive, string folder, long mostBytes, CancellationToken cancel)
    {
        try
        {
            using FileStream stream = new(archive, FileMode.Open, FileAccess.Read);
            CheckTable(stream);
            using ZipArchive zip = ZipContents.Open(stream);
            ZipArchiveEntry[] files = [.. zip.Entries.Where(static e => !e.FullName.EndsWith('/') && e.Length > 0)];
            Int128 promised = files.Aggregate((Int128)0, static (sum, e) => sum + e.Length);
            if (promised > mostBytes) throw TooLarge(promised, mostBytes);
            int kept = 0;
            foreach (ZipArchiveEntry entry in files)
            {
                cancel.ThrowIfCancellationRequested();
                string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"slice_{kept:00000}.dcm"));
                using (CheckedZipStream content = new(entry))
                using (FileStream file = new(path, OwnFile.New()))
                {
                    content.CopyTo(file); // no more than promised
                }

                if (DicomFile.IsDicom(path)) kept++;
                else File.Delete(path);
            }

            if (kept == 0) throw new DescribedException(Where, "there is no DICOM file in the archive", Remedy);
        }
        catch (InvalidDataException e)
        {
            throw new DescribedException(Where, $"the archive is damaged ({e.Message.TrimEnd('.')})", Remedy, e);
        }
    }

    private static CallRefusal TooLarge(Int128 bytes, long most) => new(413, string.Create(
        CultureInfo.InvariantCulture, $"{Where}: the files of the archive have {(double)bytes / (1 << 20):0.0} MB, but may have {(double)most / (1 << 20):0.0} MB; send fewer or smaller files, or ask for a larger --max-unpacked."));

    /// <summary>Refuses a table of contents that would itself take much memory, before it is read: it lies right before its end's mark, and that says how long it is.</summary>
    private static void CheckTable(FileStream stream)
    {
        int length = (int)Math.Min(stream.Length, EndLength + LongestComment);
        byte[] end = new byte[length];
        stream.Position = stream.Length - length;
        stream.ReadExactly(end);
        stream.Position = 0;
        int at = length - EndLength;
        while (at >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at)) != EndMark) at--;
        if (at < 0) throw new DescribedException(Where, "this is no zip archive, or its end is missing", Remedy);
        int files = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(at + 10));
        long table = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at + 12)), start = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at + 16));
        if (files > MostFiles || table > LargestTable) throw new DescribedException(Where, $"the archive has more than {MostFiles} files", Remedy);
        if (start + table != stream.Length - length + at) throw new DescribedException(Where, "the archive's table of contents does not lie before its end", Remedy);
    }
}
