using System.Globalization;
using System.Xml.Linq;
using NnUNet.Foundation;

namespace NnUNet.Pictures.Drawing;

/// <summary>A drawing of boxes, arrows and text as an SVG file; lengths in pixels, y down.</summary>
internal sealed class SvgPage : VectorPage
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly XElement _root;

    /// <summary>An empty white page.</summary>
    public SvgPage(double width, double height)
    {
        _root = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            new XAttribute("width", Number(width)),
            new XAttribute("height", Number(height)),
            new XAttribute("font-family", $"{PicturePage.FontName}, Helvetica, Arial, sans-serif"));
        Box(0, 0, width, height, "#ffffff", "none", 0);
    }

    /// <inheritdoc/>
    public override void Box(double x, double y, double width, double height, string fill, string stroke, double radius = 8) => Add(
        "rect",
        ("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height)), ("rx", Number(radius)), ("fill", fill), ("stroke", stroke));

    /// <inheritdoc/>
    public override void Text(double x, double y, string words, double size, string anchor = "start", string colour = "#1f2933", bool bold = false)
    {
        XElement text = Add("text", ("x", Number(x)), ("y", Number(y)), ("font-size", Number(size)), ("text-anchor", anchor), ("fill", colour));
        if (bold) text.Add(new XAttribute("font-weight", "bold"));
        text.Value = words;
    }

    /// <inheritdoc/>
    public override void Save(string path) => AtomicFile.WriteText(path, _root.ToString() + "\n");

    /// <inheritdoc/>
    protected override void Line(double fromX, double fromY, double toX, double toY, string colour, bool dashed)
    {
        XElement line = Add("line", ("x1", Number(fromX)), ("y1", Number(fromY)), ("x2", Number(toX)), ("y2", Number(toY)), ("stroke", colour), ("stroke-width", "1.6"));
        if (dashed) line.Add(new XAttribute("stroke-dasharray", "6 4"));
    }

    /// <inheritdoc/>
    protected override void Triangle((double X, double Y) a, (double X, double Y) b, (double X, double Y) c, string colour) =>
        Add("polygon", ("points", $"{Point(a)} {Point(b)} {Point(c)}"), ("fill", colour));

    private static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    private static string Point((double X, double Y) point) => $"{Number(point.X)},{Number(point.Y)}";

    private XElement Add(string name, params (string Name, string Value)[] attributes)
    {
        XElement element = new(Svg + name, attributes.Select(static a => new XAttribute(a.Name, a.Value)));
        _root.Add(element);
        return element;
    }
}
