using System.Buffers.Binary;
using System.Text;

namespace NnUNet.Core.Models.Archives;

/// <summary>Tells people what a file is that is no zip archive of models, and what helps.</summary>
internal static class ArchiveDiagnosis
{
    private const int StartBytes = 1024;
    private const int EndRecordBytes = 22;
    private const int LongestComment = ushort.MaxValue;
    private const string Again = "download or copy it again, and compare its size with the one where it came from";
    private const string Repack = "unpack it, and make a zip archive of its folders, or predict from what was unpacked with nnUNet_predict --model_folder";

    private static readonly (byte[] Start, string Name)[] OtherArchives =
    [
        ([0x1f, 0x8b], "a gzip archive (.gz, .tar.gz)"),
        ([0x37, 0x7a, 0xbc, 0xaf], "a 7-Zip archive"),
        ([0x52, 0x61, 0x72, 0x21], "a RAR archive"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz archive"),
        ([0x42, 0x5a, 0x68], "a bzip2 archive"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a Zstandard archive"),
    ];

    // What .NET unpacks: stored, Deflate, Deflate64.
    private static readonly HashSet<int> Readable = [0, 8, 9];

    private static readonly Dictionary<int, string> Methods = new()
    {
        [1] = "Shrink",
        [6] = "Implode",
        [12] = "bzip2",
        [14] = "LZMA",
        [20] = "Zstandard",
        [93] = "Zstandard",
        [95] = "xz",
        [98] = "PPMd",
        [99] = "AES encryption",
    };

    /// <summary>What is wrong with a file, and what helps; null where it begins and ends like a zip archive.</summary>
    /// <param name="file">The file.</param>
    public static (string What, string Remedy)? OfFile(FileStream file)
    {
        if (file.Length == 0) return ("the file is empty", Again);
        byte[] start = Read(file, 0, StartBytes);
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8) && EndRecord(file) is null)
        {
            return ($"the archive is cut off after {file.Length} bytes: the table of contents at its end is missing", Again);
        }

        if (start.AsSpan().StartsWith("PK"u8)) return null;
        string text = Encoding.UTF8.GetString(start).TrimStart('\ufeff', ' ', '\t', '\r', '\n');
        if (text.StartsWith('<')) return ("this is a web page, not a zip archive", "get the file itself: open the address in a browser, log in where that is asked for, and take the link of the download");
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal)) return ("this is a pointer of Git LFS, not the archive", "get the file itself with git lfs pull");
        if (text.StartsWith('{')) return ("this is a JSON text, such as a server's error, not a zip archive", "open it with an editor to see what the server said, and get the file itself");
        if (Array.Find(OtherArchives, a => start.AsSpan().StartsWith(a.Start)).Name is { } name) return ($"this is {name}, not a zip archive", Repack);
        if (start.Length > 262 && start.AsSpan(257, 5).SequenceEqual("ustar"u8)) return ("this is a tar archive, not a zip archive", Repack);
        return EndRecord(file) is null ? ("this is no zip archive, or its beginning is damaged or missing", Again) : null;
    }

    /// <summary>The first method of packing in an archive's table of contents that cannot be unpacked; null where there is none.</summary>
    public static string? UnreadableMethod(FileStream file)
    {
        const int HeaderBytes = 46;
        if (EndRecord(file) is not { } end) return null;
        byte[] record = Read(file, end, EndRecordBytes);
        long at = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(16));
        for (byte[] header = Read(file, at, HeaderBytes); header.Length == HeaderBytes && header.AsSpan().StartsWith("PK\u0001\u0002"u8); header = Read(file, at, HeaderBytes))
        {
            int method = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(10));
            if (!Readable.Contains(method)) return Methods.GetValueOrDefault(method, $"number {method}");
            at += HeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(30)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(32));
        }

        return null;
    }

    /// <summary>What the names in an archive without a model of version 1 mean, and what helps.</summary>
    /// <param name="files">The names' parts, without what systems add on their own.</param>
    public static (string What, string Remedy) OfNames(IReadOnlyList<string[]> files)
    {
        const string Configurations = "2d, 3d_fullres, 3d_lowres or 3d_cascade_fullres";
        if (files.Any(Version2.IsPath)) return ($"it holds a model of nnU-Net version 2 ({Shown(files.First(Version2.IsPath))})", Version2.Remedy);
        if (Find(files, static (parts, i) => i + 2 < parts.Length && Version1ArchiveLayout.IsTask(parts[i]) && IsTrainer(parts[i + 1])) is { } task)
        {
            return (task.Contains('/', StringComparison.Ordinal)
                    ? $"it holds no model: the folder above the task in {task}/… is not called like a configuration"
                    : $"it is zipped too deep: it begins with {task}/…, and the folder of the configuration above that is missing",
                $"unpack it into a folder that is called as the configuration of the model ({Configurations}), and zip that folder; or predict from the unpacked TRAINER__PLANS folder with nnUNet_predict --model_folder");
        }

        if (Find(files, static (parts, i) => i + 1 < parts.Length && IsTrainer(parts[i])) is { } trainer)
        {
            return ($"it is zipped too deep: it begins with {trainer}/…, and the folders of configuration and task above that are missing",
                $"unpack it into CONFIGURATION/TaskXXX_NAME, where CONFIGURATION is {Configurations}, and zip the folder CONFIGURATION; or predict from the unpacked folder with nnUNet_predict --model_folder");
        }

        if (files.Any(static f => f[^1] is "plans.pkl" or "plans.json" || f[^1].EndsWith(".model", StringComparison.Ordinal)))
        {
            return ("it is zipped too deep: the folders of configuration, task and trainer above the model's files are missing",
                $"unpack it into CONFIGURATION/TaskXXX_NAME/TRAINER__PLANS, where CONFIGURATION is {Configurations}, and zip the folder CONFIGURATION; or predict from the unpacked folder with nnUNet_predict --model_folder");
        }

        if (files.Any(static f => f[^1] == "data.pkl")) return ("this is a checkpoint of PyTorch, not an archive of a model", "put it into its model's folder, with plans.pkl, and predict with nnUNet_predict --model_folder");
        if (files.Any(static f => f.Any(static p => p is "imagesTr" or "labelsTr" or "imagesTs"))) return ("it holds a data set, not a model", "unpack it into the folder of the raw data");
        return ($"it holds no model: no entry is named CONFIGURATION/TaskXXX_NAME/TRAINER__PLANS/… (CONFIGURATION is {Configurations})", "make the archive with nnUNet_export_model_to_zip, or zip the folder CONFIGURATION with all that is below it");
    }

    private static bool IsTrainer(string part) => part.IndexOf("__", StringComparison.Ordinal) > 0;

    private static string? Find(IReadOnlyList<string[]> files, Func<string[], int, bool> matches)
    {
        foreach (string[] parts in files)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                if (matches(parts, i)) return Shown(parts[..(i + 1)]);
            }
        }

        return null;
    }

    private static string Shown(string[] parts) => string.Join('/', parts);

    /// <summary>Where the record at the end of a zip archive begins; null where there is none.</summary>
    private static long? EndRecord(FileStream file)
    {
        int length = (int)Math.Min(file.Length, EndRecordBytes + LongestComment);
        byte[] end = Read(file, file.Length - length, length);
        int at = end.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        return at >= 0 && end.Length - at >= EndRecordBytes ? file.Length - length + at : null;
    }

    private static byte[] Read(FileStream file, long at, int count)
    {
        byte[] bytes = new byte[count];
        int done = 0;
        for (int got = 1; got > 0 && done < count; done += got) got = RandomAccess.Read(file.SafeFileHandle, bytes.AsSpan(done), at + done);
        return bytes[..done];
    }
}
