namespace NnUNet.Files.Pickle;

/// <summary>An object outside of the pickle, for writing.</summary>
/// <param name="Id">The persistent id: any value that can be written.</param>
public sealed record PickledReference(object Id);
