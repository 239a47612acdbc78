using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>The size of pixels by the density that a picture states.</summary>
/// <remarks>
/// Programs write the density of a screen or printer (72, 96, 144, 150, 300, 600 dots an inch) into pictures of everything; these say nothing about
/// what the picture shows and count as not stated, so that cases of one task do not differ by the program that saved them.
/// </remarks>
internal static class PixelDensity
{
    private const double MillimetresOfInch = 25.4;
    private const double Tolerance = 0.5;

    private static readonly int[] OfDevices = [72, 75, 96, 100, 120, 144, 150, 180, 192, 200, 240, 300, 350, 400, 600, 1200];

    /// <summary>The geometry of a flat picture: its pixels' size in millimetres, or 1 where the densities say nothing.</summary>
    /// <param name="perMetreX">Pixels a metre along x; 0 where it is not stated.</param>
    /// <param name="perMetreY">Pixels a metre along y.</param>
    public static ImageGeometry Geometry(double perMetreX, double perMetreY) => IsMeasured(perMetreX) && IsMeasured(perMetreY)
        ? Flat(1000 / perMetreX, 1000 / perMetreY)
        : Flat(1, 1);

    /// <summary>The geometry of a flat picture.</summary>
    /// <param name="x">Millimetres from column to column.</param>
    /// <param name="y">Millimetres from row to row.</param>
    public static ImageGeometry Flat(double x, double y) => ImageGeometry.Identity with { Dimensions = 2, ItkSpacing = new double[] { x, y, 1 }.ToValueArray() };

    /// <summary>Whether a density is one that somebody measured.</summary>
    /// <param name="perMetre">Pixels a metre.</param>
    public static bool IsMeasured(double perMetre) =>
        perMetre > 0 && double.IsFinite(1000 / perMetre) && !Array.Exists(OfDevices, dots => Math.Abs(perMetre - (dots * 1000 / MillimetresOfInch)) <= Tolerance * (1 + (dots / 300)));
}
