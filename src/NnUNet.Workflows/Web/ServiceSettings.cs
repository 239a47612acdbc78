using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Workflows.Web;

/// <summary>What <c>nnunet serve</c> offers, where, and within which limits.</summary>
public sealed record ServiceSettings
{
    // Constants, so that the command's help needs nothing of this assembly.

    /// <summary>The folder of jobs where nobody says another, below the working folder.</summary>
    public const string StandardState = "nnunet-service";

    /// <summary>Jobs that may wait, and those of one client, where nobody says another number.</summary>
    public const int StandardQueue = 16;

    /// <summary>Bytes that one call may send where nobody says another number.</summary>
    public const long StandardMaxUploadBytes = 1L << 30;

    /// <summary>Bytes of an archive's files where nobody says another number.</summary>
    public const long StandardMaxUnpackedBytes = 4L << 30;

    /// <summary>Bytes a second that an upload must reach where nobody says another number.</summary>
    public const int StandardSlowestUpload = 4096;

    /// <summary>Seconds for which results are kept where nobody says another number.</summary>
    public const double StandardKeepSeconds = 3600;

    /// <summary>Seconds without work after which networks are unloaded where nobody says another number.</summary>
    public const double StandardIdleSeconds = 600;

    /// <summary>The largest step between tiles where nobody says another.</summary>
    public const double StandardTileStep = 0.5;

    /// <summary>Where it listens.</summary>
    public WebSettings Web { get; init; } = new();

    /// <summary>The models.</summary>
    public required IReadOnlyList<ModelAddress> Models { get; init; }

    /// <summary>The folder of jobs: their images while they wait and are in work, and their results until they are deleted.</summary>
    /// <value>nnunet-service in the working folder.</value>
    public string State { get; init; } = StandardState;

    /// <summary>Jobs that may wait, uploads in progress included.</summary>
    /// <value>16.</value>
    public int Queue { get; init; } = StandardQueue;

    /// <summary>Jobs of one client that may wait or be in work.</summary>
    /// <value>16.</value>
    public int PerClient { get; init; } = StandardQueue;

    /// <summary>Seconds after which a result is deleted.</summary>
    /// <value>3600: an hour.</value>
    public double KeepSeconds { get; init; } = StandardKeepSeconds;

    /// <summary>Seconds without work after which a model's networks are unloaded.</summary>
    /// <value>600: ten minutes.</value>
    public double IdleSeconds { get; init; } = StandardIdleSeconds;

    /// <summary>Bytes that one call may send.</summary>
    /// <value>1 GiB.</value>
    public long MaxUploadBytes { get; init; } = StandardMaxUploadBytes;

    /// <summary>Bytes that the files of an uploaded archive may have, unpacked.</summary>
    /// <value>4 GiB.</value>
    public long MaxUnpackedBytes { get; init; } = StandardMaxUnpackedBytes;

    /// <summary>Bytes a second that an upload must reach; slower ones are ended.</summary>
    /// <value>4096.</value>
    public int SlowestUpload { get; init; } = StandardSlowestUpload;

    /// <summary>The device that computes: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <value>The processor.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether networks compute in float32 throughout.</summary>
    /// <value>False: in 16 bits where that is faster.</value>
    public bool Float32 { get; init; }

    /// <summary>Largest step between tiles as a fraction of the tile.</summary>
    /// <value>0.5.</value>
    public double TileStep { get; init; } = StandardTileStep;

    /// <summary>Whether images are refused that are otherwise put right with a warning.</summary>
    /// <value>False.</value>
    public bool StrictInput { get; init; }

    /// <summary>Bytes of memory that the program may take; 0 for half of the machine's.</summary>
    /// <value>0.</value>
    public long MemoryBytes { get; init; }

    /// <summary>Bytes of them that the program and its libraries take anyway.</summary>
    /// <value>0.</value>
    public long HeldBytes { get; init; }

    /// <summary>Threads of one operation of torch; 0 for as many as there are cores.</summary>
    /// <value>0.</value>
    public int Threads { get; init; }

    /// <summary>Threads of loops over voxels; 0 for as many as there are cores.</summary>
    /// <value>0.</value>
    public int LoopThreads { get; init; }

    /// <summary>Everything that is wrong with the values, each as the end of a sentence.</summary>
    public IEnumerable<string> Faults()
    {
        if (Models.Count == 0) yield return "no model is named";
        if (Queue < 1) yield return $"the queue is {Queue}, but must be at least 1";
        if (PerClient < 1) yield return $"a client may have {PerClient} jobs, but must have at least 1";
        if (!(KeepSeconds > 0)) yield return FormattableString.Invariant($"results are kept for {KeepSeconds} seconds, but must be for more than 0");
        if (!(IdleSeconds > 0)) yield return FormattableString.Invariant($"models are unloaded after {IdleSeconds} seconds, but must be after more than 0");
        if (MaxUploadBytes < 1) yield return $"an upload may have {MaxUploadBytes} bytes, but must have at least 1";
        if (MaxUnpackedBytes < 1) yield return $"an archive may have {MaxUnpackedBytes} bytes, but must have at least 1";
        if (SlowestUpload < 1) yield return $"uploads must reach {SlowestUpload} bytes a second, but that must be at least 1";
        if (TileStep is not (> 0 and <= 1)) yield return FormattableString.Invariant($"the tile step is {TileStep}, but must be greater than 0 and at most 1");
    }

    /// <summary>Refuses values that are wrong.</summary>
    /// <exception cref="DescribedException">They are.</exception>
    public void ThrowIfWrong()
    {
        string[] faults = [.. Faults()];
        if (faults.Length > 0) throw new DescribedException("service", string.Join("; ", faults), "correct the options");
        TorchDevice.Parse(Device);
    }
}
