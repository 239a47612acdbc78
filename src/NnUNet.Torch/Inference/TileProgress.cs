namespace NnUNet.Torch.Inference;

/// <summary>How far a prediction has come.</summary>
/// <param name="Done">Tiles predicted.</param>
/// <param name="Total">Tiles of the image.</param>
public readonly record struct TileProgress(int Done, int Total);
