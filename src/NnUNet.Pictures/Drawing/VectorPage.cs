namespace NnUNet.Pictures.Drawing;

/// <summary>A white page of boxes, arrows and lines of words, as one kind of file or another; lengths in pixels, y down.</summary>
internal abstract class VectorPage
{
    /// <summary>Length of an arrow's head.</summary>
    private const double ArrowHead = 7;

    /// <summary>Half the width of an arrow's head.</summary>
    private const double ArrowSide = ArrowHead * 0.6;

    /// <summary>A box with rounded corners.</summary>
    public abstract void Box(double x, double y, double width, double height, string fill, string stroke, double radius = 8);

    /// <summary>A line of words.</summary>
    /// <param name="x">Where they begin, have their middle or end.</param>
    /// <param name="y">Their base line.</param>
    /// <param name="words">What is written.</param>
    /// <param name="size">Height of the letters.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="colour">Their colour.</param>
    /// <param name="bold">Whether they are bold.</param>
    public abstract void Text(double x, double y, string words, double size, string anchor = "start", string colour = "#1f2933", bool bold = false);

    /// <summary>An arrow along one axis.</summary>
    public void Arrow(double fromX, double fromY, double toX, double toY, string colour, bool dashed = false)
    {
        double x = Math.Sign(toX - fromX);
        double y = Math.Sign(toY - fromY);
        double baseX = toX - (x * ArrowHead);
        double baseY = toY - (y * ArrowHead);
        Line(fromX, fromY, baseX, baseY, colour, dashed);
        Triangle((toX, toY), (baseX + (y * ArrowSide), baseY + (x * ArrowSide)), (baseX - (y * ArrowSide), baseY - (x * ArrowSide)), colour);
    }

    /// <summary>Writes the file; the same drawing gives the same bytes.</summary>
    public abstract void Save(string path);

    /// <summary>The line of an arrow.</summary>
    protected abstract void Line(double fromX, double fromY, double toX, double toY, string colour, bool dashed);

    /// <summary>A filled triangle.</summary>
    protected abstract void Triangle((double X, double Y) a, (double X, double Y) b, (double X, double Y) c, string colour);
}
