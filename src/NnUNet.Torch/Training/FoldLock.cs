using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>Keeps a second training out of a fold's folder as long as one runs in it.</summary>
internal static class FoldLock
{
    /// <summary>The file's name in the fold's folder; it is there while a training runs.</summary>
    public const string FileName = "training.lock";

    /// <summary>Takes the fold for a training.</summary>
    /// <exception cref="FoldInUseException">Another training has it.</exception>
    public static FileLock Take(string foldPath) => FileLock.TryTake(Path.Combine(foldPath, FileName), out FileLock? held)
        ? held
        : throw new FoldInUseException(foldPath, OwnerOf(foldPath) ?? "another process");

    /// <summary>The process that trains the fold; null where none does.</summary>
    public static string? OwnerOf(string foldPath) => FileLock.OwnerOf(Path.Combine(foldPath, FileName));
}
