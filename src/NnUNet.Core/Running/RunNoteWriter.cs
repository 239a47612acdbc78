using NnUNet.Foundation;

namespace NnUNet.Core.Running;

/// <summary>Keeps the note of this process while it works. Safe for several threads.</summary>
/// <remarks>
/// It writes on a thread of its own, at most once a second, so that slow drives hold up no work. Nothing that goes wrong with it is an error: a
/// folder that is missing or may not be written has no note, and none is made where there are no results.
/// </remarks>
internal sealed class RunNoteWriter : IDisposable
{
    /// <summary>Between two writings at least.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Between two writings at most, so that other machines know that the command lives.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _started;
    private readonly RunNote _first;
    private string? _results;
    private RunStep? _step;
    private RunStep? _written;
    private DateTimeOffset _when;
    private string? _file;
    private ITimer? _timer;
    private bool _ended;

    /// <summary>The note of a command that begins; nothing is written before it tells how far it is.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">The words after it.</param>
    /// <param name="output">Where it writes; null where nothing says so.</param>
    /// <param name="clock">The time.</param>
    public RunNoteWriter(string command, IReadOnlyList<string> arguments, string? output, TimeProvider clock)
    {
        _clock = clock;
        _started = clock.GetUtcNow();
        _first = new RunNote
        {
            Command = command,
            Arguments = arguments.ToValueArray(),
            Host = Environment.MachineName,
            Process = Environment.ProcessId,
            Started = _started,
            Output = output,
            Step = new RunStep { Title = "" },
        };
    }

    /// <summary>The folder of the results in which the note is kept; before it is named, and where it does not exist, there is none.</summary>
    public void KeepIn(string results)
    {
        lock (_gate) _results = results;
    }

    /// <summary>The command is this far.</summary>
    public void Report(RunStep step)
    {
        lock (_gate)
        {
            if (_ended) return;
            _step = step;
            _timer ??= _clock.CreateTimer(_ => WriteIfDue(), null, Pause, Pause);
        }
    }

    /// <summary>Removes the note.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _timer?.Dispose();
        }

        lock (_writing)
        {
            if (_file is null) return;
            try
            {
                File.Delete(_file);
                Directory.Delete(Path.GetDirectoryName(_file)!); // only where no other command has a note
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // others have notes there, or the drive is gone: the note will be known as a dead one
            }

            _file = null;
        }
    }

    private void WriteIfDue()
    {
        if (!_writing.TryEnter()) return; // the drive is slow
        try
        {
            RunNote note;
            string results;
            lock (_gate)
            {
                DateTimeOffset now = _clock.GetUtcNow();
                if (_ended || _results is null || _step is null || (_step == _written && now - _when < Beat)) return;
                (_written, _when, results) = (_step, now, _results);
                note = _first with { Updated = now, Step = _step };
            }

            if (!Directory.Exists(results)) return;
            string file = RunNotes.FileOf(results, Environment.ProcessId);
            if (_file is null) RunNotes.RemoveDead(results, note.Updated);
            else if (_file != file) File.Delete(_file);
            _file = file;
            ProductJson.Write(file, note);
        }
#pragma warning disable CA1031 // a note is for those who watch: whatever happens to it, the command goes on
        catch (Exception)
#pragma warning restore CA1031
        {
            // no note
        }
        finally
        {
            _writing.Exit();
        }
    }
}
