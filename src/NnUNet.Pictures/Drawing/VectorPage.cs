namespace NnUNet.Pictures.Drawing;

/// <summary>A white page of boxes, arrows and lines of words, as one kind of file or another; lengths in pixels, y down.</summary>
internal abstract class VectorPage
{
    /// <summary>Length of an arrow's head.</summary>
    protected const double ArrowHead = 7;

    /// <summary>Half the width of an arrow's head.</summary>
    protected const double ArrowSide = ArrowHead * 0.6;

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
    public abstract void Arrow(double fromX, double fromY, double toX, double toY, string colour, bool dashed = false);

    /// <summary>Writes the file; the same drawing gives the same bytes.</summary>
    public abstract void Save(string path);
}
