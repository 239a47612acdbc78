namespace NnUNet.Foundation;

/// <summary>A file of images or numbers that cannot be read or written: cut off, hostile, or of a kind that is not supported.</summary>
public sealed class FileFormatException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
