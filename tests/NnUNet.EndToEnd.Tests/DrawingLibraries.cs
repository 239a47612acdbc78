using System.Text.Json.Nodes;

namespace NnUNet.EndToEnd.Tests;

/// <summary>What draws, among the packages of a project.</summary>
/// <remarks>TorchSharp itself asks for SkiaSharp, for the reading of pictures that we do not use; that brings no native library for Linux.</remarks>
internal static class DrawingLibraries
{
    private static readonly string[] OfTorchSharp = ["SkiaSharp", "SkiaSharp.NativeAssets.Win32", "SkiaSharp.NativeAssets.macOS"];

    /// <summary>The names of ScottPlot and of what belongs to SkiaSharp, but for what TorchSharp asks for, in ordinal order.</summary>
    /// <param name="assets">A project's <c>project.assets.json</c>.</param>
    public static IEnumerable<string> In(string assets) => JsonNode.Parse(File.ReadAllText(assets))!["libraries"]!.AsObject()
        .Select(static library => library.Key.Split('/')[0])
        .Where(static name => name.StartsWith("ScottPlot", StringComparison.Ordinal) || name.StartsWith("SkiaSharp", StringComparison.Ordinal))
        .Except(OfTorchSharp)
        .Order(StringComparer.Ordinal);
}
