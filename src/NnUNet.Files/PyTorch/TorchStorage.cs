namespace NnUNet.Files.PyTorch;

/// <summary>Reads bytes of one storage in the file.</summary>
/// <param name="firstByte">Where to begin, counted from the storage's beginning.</param>
/// <param name="into">Filled completely.</param>
/// <exception cref="TorchFileException">The file is cut off or damaged.</exception>
internal delegate void StorageBytes(long firstByte, Span<byte> into);

/// <summary>A flat array of numbers in the file, on which one or more tensors are views. Nothing of it is held in memory.</summary>
internal sealed class TorchStorage(string key, TorchDType type, long count, bool swapped)
{
    /// <summary>Its name in the file.</summary>
    public string Key { get; } = key;

    public TorchDType Type { get; } = type;

    /// <summary>Numbers in it.</summary>
    public long Count { get; } = count;

    /// <summary>Whether the numbers are in the other byte order than this machine's.</summary>
    public bool Swapped { get; } = swapped;

    /// <summary>Where the bytes come from; in the legacy format that is known only after all tensors are.</summary>
    public StorageBytes? Bytes { get; set; }
}

/// <summary>A storage, or in old files a part of one.</summary>
/// <param name="Storage">The whole storage.</param>
/// <param name="First">Its first number that belongs to the part.</param>
/// <param name="Count">Numbers in the part.</param>
internal sealed record StoragePart(TorchStorage Storage, long First, long Count);
