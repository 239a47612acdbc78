namespace NnUNet.Core.Augmentation;

/// <summary>Three numbers, one an array axis (z, y, x).</summary>
public readonly record struct AxisValues(double Z, double Y, double X)
{
    /// <summary>The same number for every axis.</summary>
    public static AxisValues All(double value) => new(value, value, value);
}
