namespace NnUNet.Imaging.Algorithms;

/// <summary>Whole rows of some slices of a volume, packed in the order (z, y, x).</summary>
/// <param name="FirstSlice">First slice.</param>
/// <param name="Slices">Number of slices.</param>
/// <param name="FirstRow">First row of each of them.</param>
/// <param name="Rows">Number of rows of each of them.</param>
public readonly record struct RowBlock(int FirstSlice, int Slices, int FirstRow, int Rows);
