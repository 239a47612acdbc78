using System.Security.Cryptography;

namespace NnUNet.Foundation.Streams;

/// <summary>The native functions behind .NET's files, gzip and checksums.</summary>
/// <remarks>
/// .NET binds a native function at its first call, and the system's loader lets nobody bind one while it loads a library:
/// libtorch takes a fifth of a second for that. What was called once before can be called meanwhile.
/// </remarks>
public static class NativeFunctions
{
    /// <summary>Calls those that reading an image and a checkpoint needs.</summary>
    public static void BindReading()
    {
        Task checksum = Task.Run(static () =>
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData([0]);
            hash.GetHashAndReset();
        });
        _ = Path.GetFullPath("relative");
        Span<byte> buffer = stackalloc byte[1];
        if (Environment.ProcessPath is { } program)
        {
            using FileStream file = InputFile.Open(program, bufferSize: 0, FileOptions.SequentialScan);
            _ = file.Read(buffer);
        }

        using CheckedGzipStream gzip = new(new MemoryStream());
        _ = gzip.Read(buffer);
        checksum.GetAwaiter().GetResult();
    }

    /// <summary>Calls those that writing a file beside another one and renaming it needs, in a folder that is removed again.</summary>
    public static void BindWriting()
    {
        try
        {
            string folder = Directory.CreateTempSubdirectory("nnunet-").FullName;
            string file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "folder")).FullName, "file");
            using (FileStream stream = new(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                stream.WriteByte(0);
                stream.Flush(flushToDisk: true);
            }

            File.Move(file, file + "-renamed", overwrite: true);
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the first real file takes a little longer.
        }
    }
}
