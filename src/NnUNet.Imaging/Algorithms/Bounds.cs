namespace NnUNet.Imaging.Algorithms;

/// <summary>The smallest and the largest value that a result may have.</summary>
internal readonly record struct Bounds(float Low, float High)
{
    /// <summary>No bounds.</summary>
    public static Bounds None => new(float.NegativeInfinity, float.PositiveInfinity);
}
