using NnUNet.Foundation;

namespace NnUNet.Imaging;

/// <summary>Where the three axes of an image lead in the patient, in file order (x, y, z): three letters such as RAS or LPS.</summary>
/// <remarks>
/// A letter says where its axis leads to: R right, L left, A anterior, P posterior, S superior, I inferior. So RAS is what nibabel calls
/// canonical, and LPS is the identity of ITK's world. Images that lie askew have the letters of the nearest axes.
/// </remarks>
public sealed record Orientation
{
    private const string Letters = "LRPASI";
    private static readonly int[][] Orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    /// <summary>Axes to the right, to anterior and to superior.</summary>
    public static Orientation Ras { get; } = TryParse("RAS")!;

    private Orientation(ValueArray<int> world, ValueArray<int> sign) => (World, Sign) = (world, sign);

    /// <summary>The axes of the world, LPS, along which the axes x, y, z of the file lie: each of 0, 1, 2 once.</summary>
    public ValueArray<int> World { get; }

    /// <summary>1 where an axis of the file leads to the left, to posterior or to superior, -1 where it leads the other way.</summary>
    public ValueArray<int> Sign { get; }

    /// <summary>The orientation of three letters; null where they are none.</summary>
    /// <param name="letters">One of L and R, one of P and A, one of S and I, in any order and case.</param>
    public static Orientation? TryParse(string letters)
    {
        int[] places = [.. letters.ToUpperInvariant().Select(static l => Letters.IndexOf(l, StringComparison.Ordinal))];
        int[] world = [.. places.Select(static p => p < 0 ? -1 : p / 2)];
        return world.Length == 3 && world.Order().SequenceEqual([0, 1, 2])
            ? new Orientation(world.ToValueArray(), places.Select(static p => p % 2 == 0 ? 1 : -1).ToValueArray())
            : null;
    }

    /// <summary>The nearest orientation of an image: the order of axes that has the largest direction cosines together.</summary>
    public static Orientation Of(ImageGeometry geometry)
    {
        int[] order = Orders.MaxBy(o => Enumerable.Range(0, 3).Sum(axis => Math.Abs(Cosine(geometry, o[axis], axis))))!;
        return new Orientation([.. order], order.Select((world, axis) => Cosine(geometry, world, axis) < 0 ? -1 : 1).ToValueArray());
    }

    /// <summary>A geometry at the origin whose axes lead so, with a spacing given in array order (z, y, x).</summary>
    public ImageGeometry GeometryOf(Spacing spacing)
    {
        double[] direction = new double[9];
        for (int axis = 0; axis < 3; axis++) direction[(3 * World[axis]) + axis] = Sign[axis];
        return ImageGeometry.FromSpacing(spacing) with { ItkDirection = [.. direction] };
    }

    /// <summary>The three letters.</summary>
    public override string ToString() => string.Concat(World.Zip(Sign, static (world, sign) => Letters[(2 * world) + (sign > 0 ? 0 : 1)]));

    private static double Cosine(ImageGeometry geometry, int world, int axis) => geometry.ItkDirection[(3 * world) + axis];
}
