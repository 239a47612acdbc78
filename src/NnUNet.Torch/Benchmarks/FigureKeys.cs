namespace NnUNet.Torch.Benchmarks;

/// <summary>The names of the figures of a machine.</summary>
internal static class FigureKeys
{
    /// <summary>Preprocessing of a CT of 60x256x256.</summary>
    public const string Preprocessing = "preprocessing";

    /// <summary>Resampling of a CT of 90x256x256 to 128x200x200.</summary>
    public const string Resampling = "resampling";

    /// <summary>Export of 5 classes of 64x128x128 to 128x256x256.</summary>
    public const string Export = "export";

    /// <summary>Writing a file through to the disk.</summary>
    public const string DiskWrite = "disk_write";

    /// <summary>Reading it.</summary>
    public const string DiskRead = "disk_read";

    /// <summary>Copying memory with all threads; bytes read and written.</summary>
    public const string Memory = "memory_copy";

    /// <summary>A training iteration in float32.</summary>
    public static string IterationFloat32(int dimensions) => $"iteration_{dimensions}d_float32";

    /// <summary>A training iteration in the fastest precision, where that is not float32.</summary>
    public static string IterationMixed(int dimensions) => $"iteration_{dimensions}d_mixed";

    /// <summary>The iteration's convolutions.</summary>
    public static string Convolutions(int dimensions) => $"convolutions_{dimensions}d";

    /// <summary>The iteration's norms and rectifiers.</summary>
    public static string Norms(int dimensions) => $"norms_{dimensions}d";

    /// <summary>Making its batch with one thread.</summary>
    public static string Batch(int dimensions) => $"batch_{dimensions}d";

    /// <summary>One tile through the network.</summary>
    public static string Tile(int dimensions) => $"tile_{dimensions}d";
}
