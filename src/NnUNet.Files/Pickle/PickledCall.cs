namespace NnUNet.Files.Pickle;

/// <summary>A call that Python makes when it loads the file, for writing.</summary>
/// <param name="Function">What is called.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record PickledCall(PickledName Function, PickleTuple Arguments);
