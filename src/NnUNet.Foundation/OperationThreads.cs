namespace NnUNet.Foundation;

/// <summary>Threads that one operation of a native library computes with, such as one convolution: what the surroundings allow.</summary>
public static class OperationThreads
{
    /// <summary>Threads that the user's surroundings ask for.</summary>
    /// <value>null: as many as the machine has cores. Set once at start-up (<c>OMP_NUM_THREADS</c>).</value>
    public static int? Asked { get; set; }

    /// <summary>Threads of one operation unless a call says otherwise.</summary>
    public static int Default => Asked ?? Environment.ProcessorCount;
}
