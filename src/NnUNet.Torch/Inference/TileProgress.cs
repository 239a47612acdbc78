namespace NnUNet.Torch.Inference;

/// <summary>How far a prediction has come.</summary>
/// <param name="Done">Tiles predicted.</param>
/// <param name="Total">Tiles of the image.</param>
public readonly record struct TileProgress(int Done, int Total)
{
    private readonly double? _share;

    /// <summary>
    /// How much of the networks' work on the image is done, 0 to 1. It grows within a tile too, on the CPU with each pass of
    /// a batch of tiles through one of the networks, mirrored one way.
    /// </summary>
    /// <value>The tiles that are done by all of them, unless it is set.</value>
    public double Share
    {
        get => _share ?? (Total > 0 ? (double)Done / Total : 0);
        init => _share = value;
    }
}
