using System.Globalization;
using System.Xml;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Pictures;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>Which slice and channel each picture of a TIFF file is, and the spacing, as ImageJ or OME write it into the first page's text.</summary>
/// <param name="Channels">Channels, besides the samples of a pixel.</param>
/// <param name="Slices">Slices.</param>
/// <param name="ChannelsFirst">Whether the channels of a slice follow one another; else the slices of a channel do.</param>
/// <param name="Pictures">Pictures that the text tells of; 0 where it does not.</param>
/// <param name="Spacing">Millimetres along z, y and x; 0 where it is not told.</param>
/// <param name="Exact">A geometry in our own words; null where there is none.</param>
internal sealed record TiffLayout(int Channels, int Slices, bool ChannelsFirst, int Pictures, (double Z, double Y, double X) Spacing, ImageGeometry? Exact)
{
    private const string ImageJ = "ImageJ=";

    /// <summary>The layout of a file.</summary>
    /// <param name="name">What the image is called in errors.</param>
    /// <param name="first">The first page.</param>
    /// <param name="pages">Pages that are no smaller copies.</param>
    /// <exception cref="FileFormatException">It is a series over time, or pages are missing.</exception>
    public static TiffLayout Of(string name, TiffPage first, int pages)
    {
        if (first.Description.StartsWith(ImageJ, StringComparison.Ordinal)) return OfImageJ(name, first, pages);
        if (first.Description.Contains("<OME", StringComparison.Ordinal)) return OfOme(name, first, pages);
        return new TiffLayout(1, pages, ChannelsFirst: true, 0, (0, Millimetres(first, 1), Millimetres(first, 0)), null);
    }

    /// <summary>Millimetres of a unit's name; 0 where it is none of length.</summary>
    public static double MillimetresOf(string? unit) => unit?.Trim().ToLowerInvariant() switch
    {
        "mm" or "millimeter" or "millimetre" => 1,
        "cm" or "centimeter" or "centimetre" => 10,
        "m" or "meter" or "metre" => 1000,
        "um" or "µm" or "μm" or "\\u00b5m" or "micron" or "microns" or "micrometer" or "micrometre" => 1e-3,
        "nm" or "nanometer" or "nanometre" => 1e-6,
        "å" or "angstrom" => 1e-7,
        "inch" or "in" => 25.4,
        _ => 0,
    };

    private static TiffLayout OfImageJ(string name, TiffPage first, int pages)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string line in first.Description.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) values.TryAdd(line[..equals].Trim(), line[(equals + 1)..].Trim());
        }

        int pictures = Whole("images", 1), channels = Whole("channels", 1), frames = Whole("frames", 1);
        if (pages > 1) pictures = pages;
        if (channels > pictures || pictures % channels != 0) throw new FileFormatException(name, $"ImageJ says {channels} channels of {pictures} pictures", "save it again, or one file a channel");
        int slices = pictures / channels;
        if (frames > 1 && Whole("slices", 1) > 1) throw OverTime(name, frames);

        double unit = MillimetresOf(values.GetValueOrDefault("unit"));
        (double X, double Y) pixel = unit == 0 ? (Millimetres(first, 0), Millimetres(first, 1)) : (Inverse(first.Resolution.X) * unit, Inverse(first.Resolution.Y) * unit);
        double z = double.TryParse(values.GetValueOrDefault("spacing"), NumberStyles.Float, CultureInfo.InvariantCulture, out double spacing) ? Math.Abs(spacing) * (unit == 0 ? 1 : unit) : 0;
        ImageGeometry? exact = values.GetValueOrDefault(GeometryText.Key) is { } text ? GeometryText.Parse(text) : null;
        return new TiffLayout(channels, slices, ChannelsFirst: true, pictures, (z, pixel.Y, pixel.X), exact);

        int Whole(string key, int otherwise) => int.TryParse(values.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : otherwise;
    }

    private static TiffLayout OfOme(string name, TiffPage first, int pages)
    {
        Dictionary<string, string> pixels = [];
        try
        {
            using XmlReader xml = XmlReader.Create(new StringReader(first.Description), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "Pixels") continue;
                while (xml.MoveToNextAttribute()) pixels[xml.LocalName] = xml.Value;
                break;
            }
        }
        catch (XmlException e)
        {
            throw new FileFormatException(name, $"the description (OME) is damaged ({e.Message.TrimEnd('.')})", "save it again", e);
        }

        int slices = Whole("SizeZ"), frames = Whole("SizeT");
        if (frames > 1 && slices > 1) throw OverTime(name, frames);
        slices = Math.Max(slices, frames);

        // Channels of OME count the samples of a pixel, too.
        long channels = Math.Max(1, Whole("SizeC") / first.Samples);
        if (channels * slices != pages) throw new FileFormatException(name, $"its description (OME) tells of {channels} channels and {slices} slices, but it has {pages} pages", "save it as one file without further ones");
        string order = pixels.GetValueOrDefault("DimensionOrder", "");
        bool channelsFirst = order.IndexOf('C', StringComparison.Ordinal) < order.IndexOf(frames > 1 ? 'T' : 'Z', StringComparison.Ordinal);
        return new TiffLayout((int)channels, slices, channelsFirst, pages, (Length("PhysicalSizeZ"), Length("PhysicalSizeY"), Length("PhysicalSizeX")), null);

        int Whole(string key) => int.TryParse(pixels.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : 1;

        double Length(string key) => double.TryParse(pixels.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double length)
            ? length * MillimetresOf(pixels.GetValueOrDefault(key + "Unit", "um"))
            : 0;
    }

    /// <summary>Millimetres of a pixel by the page's resolution; 0 where it has none, or one of screens and printers.</summary>
    private static double Millimetres(TiffPage page, int axis)
    {
        double unit = page.ResolutionUnit switch
        {
            2 => 25.4,
            3 => 10,
            _ => 0,
        };
        double perUnit = axis == 0 ? page.Resolution.X : page.Resolution.Y;
        return unit > 0 && PixelDensity.IsMeasured(perUnit * 1000 / unit) ? unit / perUnit : 0;
    }

    private static double Inverse(double value) => value > 0 ? 1 / value : 0;

    private static FileFormatException OverTime(string name, int frames) => new(name, $"it is a series of {frames} points in time", "save one file a point in time");
}
