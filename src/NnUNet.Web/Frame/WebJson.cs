using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NnUNet.Foundation;

namespace NnUNet.Web.Frame;

/// <summary>How answers are written: names in lower case with underscores, numbers that are not finite as null.</summary>
internal static class WebJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = new(ProductJson.Options) { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A value as an answer.</summary>
    public static IResult Answer<T>(T value, int? status = null) => Results.Json(value, Options, statusCode: status);
}
