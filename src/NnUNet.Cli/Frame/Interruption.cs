using System.Diagnostics;
using System.Runtime.InteropServices;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Cli.Frame;

/// <summary>
/// Ctrl+C and SIGTERM cancel a token once, so that the work ends at a clean place; the second one ends the program at once.
/// </summary>
/// <remarks>
/// What manages processes (Slurm, mpirun) sends one SIGTERM to all of them, and a program between hands on its own: SIGTERM
/// and SIGHUP that follow at once are the same wish, said twice.
/// </remarks>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan SaidTwice = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Terminal _terminal;
    private long _first;

    public Interruption(Terminal terminal)
    {
        _terminal = terminal;
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Cancels the token without a word; not counted as a signal.</summary>
    public void Stop()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the work has ended
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        long first = Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);
        if (first != 0)
        {
            if (context.Signal != PosixSignal.SIGINT && Stopwatch.GetElapsedTime(first) < SaidTwice) return;
            Environment.Exit(ProgramEnd.Leave(CommandLine.Interrupted)); // libtorch may compute: its tables must not be taken apart
        }

        if (!RankEnding.IsAwaited) _terminal.ErrorLine("nnunet: stopping at the next safe place; once more stops at once.");
        _source.Cancel();
    }
}
