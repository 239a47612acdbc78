namespace NnUNet.Files.Pickle;

/// <summary>A Python slice.</summary>
/// <param name="Start">Where it begins; null for the beginning.</param>
/// <param name="Stop">Where it ends; null for the end.</param>
/// <param name="Step">Its step; null for 1.</param>
public sealed record PickleSlice(object? Start, object? Stop, object? Step);
