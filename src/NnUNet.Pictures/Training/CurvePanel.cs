using System.Globalization;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Training;

/// <summary>Values over the epochs, drawn in one frame, with the names beside it.</summary>
/// <param name="Title">What the values are.</param>
/// <param name="Curves">The lines in the order of their names, the first ones on top.</param>
internal sealed record CurvePanel(string Title, IReadOnlyList<Curve> Curves)
{
    /// <summary>Areas behind the lines.</summary>
    public IReadOnlyList<CurveBand> Bands { get; init; } = [];

    /// <summary>How values are written beside the names.</summary>
    public Func<double, string> Text { get; init; } = static value => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>The lowest and highest value of the axis; null where the values decide.</summary>
    public (double Low, double High)? Range { get; init; }
}

/// <summary>A line of a panel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">A value an epoch; NaN where there is none.</param>
/// <param name="Colour">Its colour.</param>
internal sealed record Curve(string Name, double[] Values, SKColor Colour)
{
    /// <summary>Pixels.</summary>
    public float Width { get; init; } = 2;

    /// <summary>Whether it is made of dots.</summary>
    public bool Dotted { get; init; }

    /// <summary>The last value that there is; NaN where there is none.</summary>
    public double Last => Values.LastOrDefault(static v => !double.IsNaN(v), double.NaN);

    /// <summary>The line of a label, in its colour.</summary>
    public static Curve OfLabel(string name, double[] values, int label) => new(name, values, SlicePicture.ColourOf(label));
}

/// <summary>An area between two values an epoch.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Low">The lower values.</param>
/// <param name="High">The higher values; NaN where there are none.</param>
/// <param name="Colour">Its colour, on which lines must be seen.</param>
internal sealed record CurveBand(string Name, double[] Low, double[] High, SKColor Colour);
