using System.Globalization;

namespace NnUNet.Pictures.Drawing;

/// <summary>The bar that tells how long a length on the page is.</summary>
internal static class ScaleBar
{
    private const double LargestShare = 1 / 3.0;

    /// <summary>The longest round length (1, 2 or 5 of a power of ten) that is at most a third of the width.</summary>
    /// <param name="width">The width of a slice, above 0.</param>
    public static double LengthFor(double width)
    {
        double longest = width * LargestShare, power = Math.Pow(10, Math.Floor(Math.Log10(longest) + 1e-9));
        return power * ((longest / power) switch { >= 5 - 1e-9 => 5, >= 2 - 1e-9 => 2, _ => 1 });
    }

    /// <summary>The length in words; small millimetres in micrometres.</summary>
    public static string Words(double length, string unit) => unit == "mm" && length < 0.1
        ? string.Create(CultureInfo.InvariantCulture, $"{length * 1000:0.###} µm")
        : string.Create(CultureInfo.InvariantCulture, $"{length:0.###} {unit}");
}
