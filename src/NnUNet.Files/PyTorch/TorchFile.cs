namespace NnUNet.Files.PyTorch;

/// <summary>A file of PyTorch's <c>torch.save</c>, opened without PyTorch: plain data whose tensors stay in the file until they are copied out.</summary>
/// <remarks>Both formats are read: zip archives (since PyTorch 1.6) and the one before. Nothing of the file is run.</remarks>
public abstract class TorchFile : IDisposable
{
    private protected TorchFile(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What was saved: the values of <see cref="Pickle.PickleFile"/>, with a <see cref="TensorView"/> for each tensor and a text for each device.</summary>
    public object? Content { get; private protected set; }

    /// <summary>Opens a file and reads everything but the tensors' numbers.</summary>
    /// <exception cref="Foundation.DescribedException">The file cannot be read, is cut off or damaged, or asks for more than plain data and tensors.</exception>
    public static TorchFile Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = Foundation.InputFile.Open(path);
            byte[] first = new byte[262];
            int got = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            TorchFile file = Opened(path, stream, first.AsSpan(0, got));
            stream = null;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TorchFileException(path, $"cannot be read ({e.Message.TrimEnd('.')})", "check that the file exists and may be read", e);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    protected abstract void Dispose(bool disposing);

    private static TorchFile Opened(string path, FileStream stream, ReadOnlySpan<byte> first)
    {
        if (first.StartsWith("PK"u8)) return new TorchZipFile(path, stream);
        if (first.Length >= 2 && first[0] == 0x80) return new TorchLegacyFile(path, stream);
        if (first.EndsWith("ustar"u8)) throw new TorchFileException(path, "this is a tar archive of PyTorch before 0.2", "load and save it with a newer PyTorch");
        throw new TorchFileException(path, "this is no file of torch.save", "the file is damaged or of another kind; get it again");
    }
}
