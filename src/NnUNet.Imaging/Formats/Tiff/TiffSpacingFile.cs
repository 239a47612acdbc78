using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Pictures;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>The JSON file beside a TIFF that tells its spacing, <c>{"spacing": [z, y, x]}</c>: <c>CASE.json</c> for all channels <c>CASE_0000.tif</c>, and for the segmentation <c>CASE.tif</c>.</summary>
/// <remarks>
/// Source: nnunetv2/imageio/tif_reader_writer.py. A JSON file of that name without a spacing is none of these, and stays. Where the image has an origin or a direction,
/// they stand there too (in file order), which Python passes over.
/// </remarks>
internal static class TiffSpacingFile
{
    private const string Key = "spacing";
    private const long LargestFile = 1 << 20;

    // Channels of a case are written side by side, and share the file.
    private static readonly Lock Writing = new();

    /// <summary>The file that tells the spacing of an image, with its content; null where there is none.</summary>
    /// <param name="path">The image.</param>
    public static (string File, JsonObject Json)? Of(string path)
    {
        foreach (string file in Candidates(path))
        {
            if (Json(file) is { } json && json.ContainsKey(Key)) return (file, json);
        }

        return null;
    }

    /// <summary>The geometry that a file tells.</summary>
    /// <param name="file">The file.</param>
    /// <param name="json">Its content.</param>
    /// <param name="slices">The image's slices.</param>
    /// <exception cref="FileFormatException">The spacing is not three positive numbers.</exception>
    public static ImageGeometry Read(string file, JsonObject json, int slices)
    {
        double[] spacing = GeometryText.Numbers(json, Key, 3) is { } three && three.All(static s => s > 0)
            ? three
            : throw new FileFormatException(file, "\"spacing\" must be three positive numbers (z, y, x)", "correct or remove the file");
        bool flat = slices == 1 && spacing[0] == Spacing.Flat;
        return ImageGeometry.Identity with
        {
            Dimensions = flat ? 2 : 3,
            ItkSpacing = new double[] { spacing[2], spacing[1], flat ? 1 : spacing[0] }.ToValueArray(),
            ItkOrigin = GeometryText.Numbers(json, GeometryText.Origin, 3) is { } origin ? origin.ToValueArray() : ImageGeometry.Identity.ItkOrigin,
            ItkDirection = GeometryText.Numbers(json, GeometryText.Direction, 9) is { } direction ? direction.ToValueArray() : ImageGeometry.Identity.ItkDirection,
        };
    }

    /// <summary>Writes the file for an image; none for a picture whose spacing is what is taken without one.</summary>
    /// <param name="path">The image.</param>
    /// <param name="extent">Its size (z, y, x).</param>
    /// <param name="geometry">Its geometry.</param>
    public static void Write(string path, Extent extent, ImageGeometry geometry)
    {
        using Lock.Scope alone = Writing.EnterScope();
        if (Of(path) is null && extent.Z == 1 && geometry == PixelDensity.Flat(1, 1)) return;
        string file = Candidates(path).First();
        if (File.Exists(file) && (Json(file) is not { } there || !there.ContainsKey(Key))) return; // another file of this name

        JsonObject json = new() { [Key] = GeometryText.Array(geometry.Spacing.ToArray()) };
        if (geometry.ItkOrigin != ImageGeometry.Identity.ItkOrigin) json[GeometryText.Origin] = GeometryText.Array(geometry.ItkOrigin);
        if (geometry.ItkDirection != ImageGeometry.Identity.ItkDirection) json[GeometryText.Direction] = GeometryText.Array(geometry.ItkDirection);
        AtomicFile.WriteText(file, json.ToJsonString() + "\n");
    }

    private static IEnumerable<string> Candidates(string path)
    {
        string stem = Path.ChangeExtension(path, null);
        string withoutChannel = ImageLocation.Channel().Replace(stem, "");
        return withoutChannel == stem ? [stem + ".json"] : [withoutChannel + ".json", stem + ".json"];
    }

    private static JsonObject? Json(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists && file.Length <= LargestFile ? JsonTree.Read(path) as JsonObject : null;
        }
        catch (DescribedException)
        {
            return null; // no JSON
        }
    }
}
