using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>A geometry as a line of JSON, for formats that have no place for origin, direction or an exact spacing. Its keys are in file order (x, y, z).</summary>
internal static class GeometryText
{
    /// <summary>What the text is called where it stands.</summary>
    public const string Key = "nnunet_geometry";

    /// <summary>The key of the first voxel's place (x, y, z).</summary>
    public const string Origin = "itk_origin";

    /// <summary>The key of the axes' directions, row by row.</summary>
    public const string Direction = "itk_direction";

    private const int LongestText = 4096;

    /// <summary>The text of a geometry.</summary>
    public static string Of(ImageGeometry geometry) => new JsonObject
    {
        ["dimensions"] = geometry.Dimensions,
        ["itk_spacing"] = Array(geometry.ItkSpacing),
        [Origin] = Array(geometry.ItkOrigin),
        [Direction] = Array(geometry.ItkDirection),
    }.ToJsonString();

    /// <summary>The geometry of a text; null where it is none.</summary>
    /// <param name="text">The text, which is not trusted.</param>
    public static ImageGeometry? Parse(string text)
    {
        if (text.Length > LongestText) return null;
        try
        {
            if (JsonTree.Parse(Key, text) is not JsonObject json || Numbers(json, "itk_spacing", 3) is not { } spacing || Numbers(json, Origin, 3) is not { } origin || Numbers(json, Direction, 9) is not { } direction) return null;
            if (spacing.Any(static s => s <= 0) || json["dimensions"] is not JsonValue axes || !axes.TryGetValue(out int dimensions) || dimensions is not (2 or 3)) return null;
            return new ImageGeometry { Dimensions = dimensions, ItkSpacing = spacing.ToValueArray(), ItkOrigin = origin.ToValueArray(), ItkDirection = direction.ToValueArray() };
        }
        catch (DescribedException)
        {
            return null;
        }
    }

    /// <summary>As many finite numbers under a key; null where they are not.</summary>
    public static double[]? Numbers(JsonObject json, string key, int count)
    {
        if (json[key] is not JsonArray array || array.Count != count) return null;
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++)
        {
            if (array[i] is not JsonValue value || !value.TryGetValue(out double number) || !double.IsFinite(number)) return null;
            numbers[i] = number;
        }

        return numbers;
    }

    /// <summary>Numbers as JSON has them.</summary>
    public static JsonArray Array(IEnumerable<double> values) => [.. values.Select(static v => JsonValue.Create(v))];
}
