using System.Runtime.ExceptionServices;

namespace NnUNet.Foundation;

/// <summary>Runs work on voxels, rows, slices and cases in parallel; nothing else in the product starts parallel loops.</summary>
public static class ParallelLoop
{
    /// <summary>Threads that voxel work uses unless a call says otherwise.</summary>
    /// <value>The machine's cores. Set once at start-up (<c>nnUNet_def_n_proc</c>, else <c>OMP_NUM_THREADS</c>).</value>
    public static int DefaultDegree { get; set; } = Environment.ProcessorCount;

    /// <summary>Calls <paramref name="body"/> for every index from 0 to <paramref name="count"/> - 1, on several threads.</summary>
    /// <param name="count">Number of rows, slices or cases.</param>
    /// <param name="body">The work on one of them; must not change data of another index.</param>
    /// <param name="degree">Threads at most; 0 means <see cref="DefaultDegree"/>, 1 runs on the caller's thread in order.</param>
    /// <param name="cancel">Stops before the next index.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>The first exception of a body stops the others and is rethrown as it was.</remarks>
    public static void ForEach(int count, Action<int> body, int degree = 0, CancellationToken cancel = default)
    {
        int threads = Math.Min(degree > 0 ? degree : DefaultDegree, count);
        if (threads <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                body(i);
            }

            return;
        }

        try
        {
#pragma warning disable RS0030 // this is the door
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, body);
#pragma warning restore RS0030
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
