using System.Text.Json.Nodes;

namespace NnUNet.EndToEnd.Tests;

/// <summary>ScottPlot and SkiaSharp in the graph of a project's packages.</summary>
/// <remarks>
/// TorchSharp itself asks for SkiaSharp, for the reading of pictures that we do not use: that brings no native library for Linux.
/// </remarks>
internal static class DrawingLibraries
{
    /// <summary>Who asks for what, in words, but for TorchSharp and what SkiaSharp asks for itself; each once.</summary>
    /// <param name="target">A framework's libraries in <c>project.assets.json</c>.</param>
    public static IEnumerable<string> AskedForIn(JsonObject target) =>
        from library in target
        let name = library.Key.Split('/')[0]
        where name != "TorchSharp" && !Draws(name)
        from dependency in library.Value!["dependencies"]?.AsObject() ?? []
        where Draws(dependency.Key)
        select $"{name} asks for {dependency.Key}";

    private static bool Draws(string package) => package.StartsWith("SkiaSharp", StringComparison.Ordinal) || package.StartsWith("ScottPlot", StringComparison.Ordinal);
}
