namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>What a pixel of a PNG file consists of, by the header's code.</summary>
internal enum PngColour : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
