using NnUNet.Foundation;

namespace NnUNet.Files.Pickle;

/// <summary>Reads Python's pickles of plain data, protocols 0 to 5, without running anything of them, and writes such.</summary>
/// <remarks>
/// <para>
/// What comes out: null, bool, long (<see cref="System.Numerics.BigInteger"/> beyond it), double, string, byte[],
/// <c>List&lt;object?&gt;</c>, <see cref="PickleTuple"/>, <see cref="PickleDictionary"/>, <see cref="PickleSet"/>,
/// <see cref="PickleSlice"/>, <see cref="PickleArray"/>, <see cref="NumpyDType"/>, <see cref="PickleGlobal"/>, and what the builders
/// of the options make. numpy's single numbers become plain ones.
/// </para>
/// <para>The result is a tree: it never contains itself, and is neither deeper nor larger than the options allow.</para>
/// </remarks>
public static class PickleFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is allowed besides plain data; null for nothing.</param>
    /// <exception cref="PickleException">The file cannot be read, is cut off, damaged or too large, or asks for what is not allowed.</exception>
    public static object? Read(string path, PickleOptions? options = null)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return Read(stream, path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PickleException(path, $"cannot be read ({e.Message.TrimEnd('.')})", "check that the file exists and may be read", e);
        }
    }

    /// <summary>Reads one value from a stream.</summary>
    /// <param name="stream">Stands at the beginning. A file or memory stream stands right behind the pickle afterwards; others may have been read further.</param>
    /// <param name="where">The file, and the entry in it, for messages.</param>
    /// <param name="options">What is allowed besides plain data; null for nothing.</param>
    /// <exception cref="PickleException">The pickle cannot be read, is cut off, damaged or too large, or asks for what is not allowed.</exception>
    public static object? Read(Stream stream, string where, PickleOptions? options = null) => PickleReader.Read(where, stream, options ?? new PickleOptions());

    /// <summary>Writes a file under a temporary name and renames it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="value">
    /// What <see cref="Read(string, PickleOptions?)"/> gives but sets, int and float too, <see cref="NumpyScalar"/>, and for other objects
    /// <see cref="PickledName"/>, <see cref="PickledCall"/> and <see cref="PickledReference"/>.
    /// </param>
    /// <exception cref="ArgumentException">There is a value of another type, or one that contains itself.</exception>
    public static void Write(string path, object? value) => AtomicFile.Write(path, stream => Write(stream, value));

    /// <summary>Writes a value to a stream.</summary>
    /// <param name="stream">Gets the pickle.</param>
    /// <param name="value">As for a file.</param>
    /// <param name="protocol">4, or 2 as torch's files have it.</param>
    /// <exception cref="ArgumentException">There is a value of another type, or one that contains itself; or another protocol is asked for.</exception>
    public static void Write(Stream stream, object? value, int protocol = 4) => PickleWriter.Write(stream, value, protocol);
}
