namespace NnUNet.Files.Pickle;

/// <summary>A class or function by its name, for writing.</summary>
/// <param name="Module">Python's module: <c>torch</c>.</param>
/// <param name="Name">The name in it: <c>FloatStorage</c>.</param>
public sealed record PickledName(string Module, string Name);
