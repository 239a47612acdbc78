using System.IO.Pipes;
using NnUNet.Core;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>What a rank tells <see cref="RankLauncher"/> about once a second, by a pipe: that it lives.</summary>
internal sealed class LifeSigns : IDisposable
{
    /// <summary>The variable in which the starter hands over its end of the pipe.</summary>
    public const string PipeVariable = "NNUNET_LIFE_PIPE";

    private readonly AnonymousPipeClientStream _pipe;
    private readonly Action _starterEnded;
    private readonly Thread _thread;
    private readonly ManualResetEvent _ends = new(false);
    private readonly TimeSpan _interval;

    private LifeSigns(string handle, TimeSpan interval, Action starterEnded)
    {
        (_pipe, _interval, _starterEnded) = (new AnonymousPipeClientStream(PipeDirection.Out, handle), interval, starterEnded);
        _thread = new Thread(Work) { IsBackground = true, Name = "signs of life" };
        _thread.Start();
    }

    /// <summary>Begins to tell the starter, if there is one: as early in a process as can be.</summary>
    /// <param name="settings">How long a rank may be silent.</param>
    /// <param name="starterEnded">Called, from another thread, where the starter has ended and nobody watches any more.</param>
    /// <returns>Null where no starter listens.</returns>
    public static LifeSigns? Begin(RankSettings settings, Action starterEnded) =>
        EnvironmentSettings.Variable(PipeVariable) is { Length: > 0 } handle ? new LifeSigns(handle, SilenceWatch.Interval(settings.Timeout), starterEnded) : null;

    /// <summary>Ends telling: the process ends soon.</summary>
    public void Dispose()
    {
        _ends.Set();
        _thread.Join();
        _ends.Dispose();
        _pipe.Dispose();
    }

    private void Work()
    {
        try
        {
            do
            {
                _pipe.WriteByte(1);
                _pipe.Flush();
            }
            while (!_ends.WaitOne(_interval));
        }
        catch (IOException)
        {
            _starterEnded();
        }
    }
}
