using System.Diagnostics;

namespace NnUNet.Torch.Replicas;

/// <summary>The pauses between two looks at an operation: none at first, then ever longer ones, so that long waiting costs no core.</summary>
internal struct MpiPause
{
    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(2);
    private readonly long _begin = Stopwatch.GetTimestamp();

    /// <summary>Waiting begins.</summary>
    public MpiPause()
    {
    }

    /// <summary>Waits a little.</summary>
    public readonly void Once()
    {
        TimeSpan waited = Stopwatch.GetElapsedTime(_begin);
        if (waited < Eager) Thread.Yield();
        else Thread.Sleep(1);
    }
}
