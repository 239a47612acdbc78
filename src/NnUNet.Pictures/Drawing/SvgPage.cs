using System.Globalization;
using System.Xml.Linq;
using NnUNet.Foundation;

namespace NnUNet.Pictures.Drawing;

/// <summary>A drawing of boxes, arrows and text as an SVG file; lengths in pixels, y down.</summary>
internal sealed class SvgPage
{
    private const double ArrowHead = 7;
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
            new XAttribute("font-family", "DejaVu Sans, Helvetica, Arial, sans-serif"));
        Box(0, 0, width, height, "#ffffff", "none", 0);
    }

    /// <summary>A box with rounded corners.</summary>
    public void Box(double x, double y, double width, double height, string fill, string stroke, double radius = 8) => Add(
        "rect",
        ("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height)), ("rx", Number(radius)), ("fill", fill), ("stroke", stroke));

    /// <summary>A line of words.</summary>
    /// <param name="x">Where they begin, have their middle or end.</param>
    /// <param name="y">Their base line.</param>
    /// <param name="words">What is written.</param>
    /// <param name="size">Height of the letters.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="colour">Their colour.</param>
    /// <param name="bold">Whether they are bold.</param>
    public void Text(double x, double y, string words, double size, string anchor = "start", string colour = "#1f2933", bool bold = false)
    {
        XElement text = Add("text", ("x", Number(x)), ("y", Number(y)), ("font-size", Number(size)), ("text-anchor", anchor), ("fill", colour));
        if (bold) text.Add(new XAttribute("font-weight", "bold"));
        text.Value = words;
    }

    /// <summary>An arrow along one axis.</summary>
    public void Arrow(double fromX, double fromY, double toX, double toY, string colour, bool dashed = false)
    {
        double x = Math.Sign(toX - fromX);
        double y = Math.Sign(toY - fromY);
        double baseX = toX - (x * ArrowHead);
        double baseY = toY - (y * ArrowHead);
        XElement line = Add("line", ("x1", Number(fromX)), ("y1", Number(fromY)), ("x2", Number(baseX)), ("y2", Number(baseY)), ("stroke", colour), ("stroke-width", "1.6"));
        if (dashed) line.Add(new XAttribute("stroke-dasharray", "6 4"));
        double side = ArrowHead * 0.6;
        string points = $"{Number(toX)},{Number(toY)} {Number(baseX + (y * side))},{Number(baseY + (x * side))} {Number(baseX - (y * side))},{Number(baseY - (x * side))}";
        Add("polygon", ("points", points), ("fill", colour));
    }

    /// <summary>Writes the file.</summary>
    public void Save(string path) => AtomicFile.WriteText(path, _root.ToString() + "\n");

    private static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    private XElement Add(string name, params (string Name, string Value)[] attributes)
    {
        XElement element = new(Svg + name, attributes.Select(static a => new XAttribute(a.Name, a.Value)));
        _root.Add(element);
        return element;
    }
}
