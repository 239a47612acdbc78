using System.IO.Compression;
using NnUNet.Foundation;

namespace NnUNet.Core.Models.Archives;

/// <summary>Collects files of models in a zip archive.</summary>
internal static class ArchiveWriter
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the archive; it appears when it is whole. The same files give the same bytes.</summary>
    /// <param name="modelsFolder">The folder of all models.</param>
    /// <param name="zip">The file to write.</param>
    /// <param name="files">The files below the folder, with slashes: they are called so in the archive.</param>
    /// <param name="progress">Reports after each piece of a file.</param>
    /// <param name="cancel">Stops before the next piece; nothing is written then.</param>
    public static void Write(string modelsFolder, string zip, IReadOnlyCollection<string> files, IProgress<ArchiveProgress>? progress, CancellationToken cancel)
    {
        long total = files.Sum(f => new FileInfo(Path.Combine(modelsFolder, f)).Length);
        long done = 0;
        byte[] buffer = new byte[1 << 18];
        AtomicFile.Write(zip, stream =>
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (string file in files)
            {
                cancel.ThrowIfCancellationRequested();
                ZipArchiveEntry entry = archive.CreateEntry(file, CompressionLevel.Fastest);
                entry.LastWriteTime = NoTime;
                using FileStream source = InputFile.Open(Path.Combine(modelsFolder, file));
                using Stream target = entry.Open();
                for (int got = source.Read(buffer); got > 0; got = source.Read(buffer))
                {
                    cancel.ThrowIfCancellationRequested();
                    target.Write(buffer, 0, got);
                    done += got;
                    progress?.Report(new ArchiveProgress(file, done, total));
                }
            }
        });
    }
}
