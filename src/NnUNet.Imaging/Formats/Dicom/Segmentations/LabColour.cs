namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>Colours as a SEG has them: CIELAB in three numbers of 16 bits (DICOM PS3.3, C.10.7.1.1).</summary>
/// <remarks>
/// The white is that of D65, as 3D Slicer's exporter (dcmqi) and OHIF's reader (dcmjs) take it, so that these show the colour that was meant.
/// L goes from 0 to 100, a and b from -128 to 127.
/// </remarks>
internal static class LabColour
{
    private const double WhiteX = 0.95047;
    private const double WhiteZ = 1.08883;
    private const double Linear = 0.008856;

    /// <summary>The numbers of a colour of sRGB.</summary>
    public static double[] Of((byte Red, byte Green, byte Blue) colour)
    {
        double red = Light(colour.Red), green = Light(colour.Green), blue = Light(colour.Blue);
        double x = F(((0.4124 * red) + (0.3576 * green) + (0.1805 * blue)) / WhiteX);
        double y = F((0.2126 * red) + (0.7152 * green) + (0.0722 * blue));
        double z = F(((0.0193 * red) + (0.1192 * green) + (0.9505 * blue)) / WhiteZ);
        return [Scaled((116 * y) - 16, 0, 100), Scaled(500 * (x - y), -128, 127), Scaled(200 * (y - z), -128, 127)];
    }

    /// <summary>The colour of three numbers; what sRGB cannot show is brought to its edge.</summary>
    public static (byte Red, byte Green, byte Blue) ToRgb(double[] numbers)
    {
        double l = numbers[0] / ushort.MaxValue * 100, a = (numbers[1] / ushort.MaxValue * 255) - 128, b = (numbers[2] / ushort.MaxValue * 255) - 128;
        double fy = (l + 16) / 116, x = Back(fy + (a / 500)) * WhiteX, y = Back(fy), z = Back(fy - (b / 200)) * WhiteZ;
        return (
            Byte((3.2406 * x) - (1.5372 * y) - (0.4986 * z)),
            Byte((-0.9689 * x) + (1.8758 * y) + (0.0415 * z)),
            Byte((0.0557 * x) - (0.2040 * y) + (1.0570 * z)));
    }

    private static double Scaled(double value, double from, double to) => Math.Round(Math.Clamp((value - from) / (to - from), 0, 1) * ushort.MaxValue);

    private static double Light(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);

    private static byte Byte(double light)
    {
        double share = light <= 0.0031308 ? 12.92 * light : (1.055 * Math.Pow(light, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(Math.Clamp(share, 0, 1) * 255);
    }

    private static double F(double t) => t > Linear ? Math.Cbrt(t) : (7.787 * t) + (16.0 / 116);

    private static double Back(double f) => f * f * f > Linear ? f * f * f : (f - (16.0 / 116)) / 7.787;
}
