using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Interop.V2.Results;

/// <summary>Where v2's probabilities lie in the patient: <c>CASE.pkl</c> beside <c>CASE.npz</c>.</summary>
/// <remarks>
/// Known are the notes of v2's four families of readers: <c>sitk_stuff</c> (spacing, origin and direction in ITK's order; with
/// <c>original_orientation</c> where the image was turned), <c>nibabel_stuff</c> (affines in RAS), and the bare <c>spacing</c> in array
/// order. Source: nnunetv2/imageio/*.py.
/// </remarks>
internal sealed class ProbabilityProperties
{
    private const string Remedy = "predict the case again with --save_probabilities";

    /// <summary>Those of a matrix of four rows.</summary>
    private const int MostNumbers = 16;

    private readonly PickleDictionary _content;

    private ProbabilityProperties(PickleDictionary content, ImageGeometry geometry, Orientation? original)
    {
        _content = content;
        Geometry = geometry;
        Original = original;
    }

    /// <summary>Where the voxels of the probabilities lie.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>The orientation of the image's file, into which a segmentation is turned; null where it is that of the probabilities.</summary>
    public Orientation? Original { get; }

    /// <summary>The path of the properties beside a probabilities' file.</summary>
    public static string PathOf(string probabilities) => Path.ChangeExtension(probabilities, ".pkl");

    /// <summary>Reads the properties beside a probabilities' file.</summary>
    /// <param name="probabilities">The npz file.</param>
    /// <exception cref="DescribedException">They are missing or damaged, or say no place.</exception>
    public static ProbabilityProperties Of(string probabilities)
    {
        string path = PathOf(probabilities);
        if (!File.Exists(path)) throw new DescribedException(path, $"there is no such file, so the place of {Path.GetFileName(probabilities)} is not known", Remedy);
        if (PickleFile.Read(path) is not PickleDictionary content) throw new DescribedException(path, "these are not the properties of a case", Remedy);
        try
        {
            if (Inner(content, "sitk_stuff") is { } itk)
            {
                string? letters = itk.TryGetValue("original_orientation", out object? text) ? text as string : null;
                return new ProbabilityProperties(content, Itk(itk), letters is null ? null : Orientation.TryParse(letters) ?? throw new InvalidDataException($"original_orientation is \"{letters}\""));
            }

            if (Inner(content, "nibabel_stuff") is { } nibabel)
            {
                ImageGeometry original = Affine(nibabel, "original_affine");
                return nibabel.ContainsKey("reoriented_affine")
                    ? new ProbabilityProperties(content, Affine(nibabel, "reoriented_affine"), Orientation.Of(original))
                    : new ProbabilityProperties(content, original, null);
            }

            double[] spacing = Numbers(content, "spacing", 3);
            return new ProbabilityProperties(content, ImageGeometry.FromSpacing(new Spacing(spacing[0], spacing[1], spacing[2])), null);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new DescribedException(path, $"it does not say where the image lies ({e.Message.TrimEnd('.')})", Remedy, e);
        }
    }

    /// <summary>Writes the same properties beside another probabilities' file.</summary>
    public void WriteFor(string probabilities) => PickleFile.Write(PathOf(probabilities), _content);

    private static PickleDictionary? Inner(PickleDictionary content, string key) => content.TryGetValue(key, out object? value) ? value as PickleDictionary : null;

    private static ImageGeometry Itk(PickleDictionary itk)
    {
        int axes = Values(itk, "spacing").Length;
        if (axes is not (2 or 3)) throw new InvalidDataException($"spacing has {axes} numbers");
        double[] spacing = Numbers(itk, "spacing", axes), origin = Numbers(itk, "origin", axes), direction = Numbers(itk, "direction", axes * axes);
        return axes == 3
            ? new ImageGeometry { ItkSpacing = [.. spacing], ItkOrigin = [.. origin], ItkDirection = [.. direction] }
            : new ImageGeometry
            {
                Dimensions = 2,
                ItkSpacing = [.. spacing, 1],
                ItkOrigin = [.. origin, 0],
                ItkDirection = [direction[0], direction[1], 0, direction[2], direction[3], 0, 0, 0, 1],
            };
    }

    /// <summary>The geometry of nibabel's matrix, whose world is RAS: x and y point the other way than in ITK's.</summary>
    private static ImageGeometry Affine(PickleDictionary nibabel, string key)
    {
        double[] matrix = Numbers(nibabel, key, 16);
        double[] spacing = new double[3], origin = new double[3], direction = new double[9];
        for (int axis = 0; axis < 3; axis++)
        {
            spacing[axis] = Math.Sqrt(Enumerable.Range(0, 3).Sum(world => matrix[(4 * world) + axis] * matrix[(4 * world) + axis]));
            if (spacing[axis] == 0) throw new InvalidDataException($"axis {axis} of {key} has no length");
            for (int world = 0; world < 3; world++) direction[(3 * world) + axis] = (world < 2 ? -1 : 1) * matrix[(4 * world) + axis] / spacing[axis];
        }

        for (int world = 0; world < 3; world++) origin[world] = (world < 2 ? -1 : 1) * matrix[(4 * world) + 3];
        return new ImageGeometry { ItkSpacing = [.. spacing], ItkOrigin = [.. origin], ItkDirection = [.. direction] };
    }

    private static double[] Numbers(PickleDictionary content, string key, int count)
    {
        double[] numbers = Values(content, key);
        return numbers.Length == count && numbers.All(double.IsFinite) ? numbers : throw new InvalidDataException($"{key} must be {count} numbers");
    }

    private static double[] Values(PickleDictionary content, string key) => content.TryGetValue(key, out object? value) ? value switch
    {
        PickleArray { Count: <= MostNumbers } array => Plain(array.Elements()),
        IReadOnlyList<object?> { Count: <= MostNumbers } list => Plain(list),
        _ => [],
    } : [];

    private static double[] Plain(IEnumerable<object?> items) => [.. items.Select(static item => item switch { double d => d, long n => n, _ => double.NaN })];
}
