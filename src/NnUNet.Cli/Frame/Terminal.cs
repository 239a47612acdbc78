using System.Globalization;
using System.Text;
using NnUNet.Core;
using NnUNet.Core.Running;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>
/// The two streams of the program, and whether a person looks at them. Safe for several threads. What cannot be written is
/// lost without disturbing the work; <see cref="OutputFault"/> tells of it at the end.
/// </summary>
/// <param name="output">Results and progress.</param>
/// <param name="error">Faults and warnings.</param>
/// <param name="interactive">Whether the output goes to a terminal, where a line can be replaced.</param>
/// <param name="width">Columns for texts.</param>
/// <param name="outputStyle">How texts are set off in the output.</param>
/// <param name="errorStyle">How texts are set off in the error stream.</param>
/// <param name="columns">Columns now, asked anew for each text; null where they do not change.</param>
/// <param name="rows">Rows now; null where they are not limited.</param>
internal sealed class Terminal(
    TextWriter output, TextWriter error, bool interactive, int width, Style? outputStyle = null, Style? errorStyle = null, Func<int>? columns = null, Func<int>? rows = null)
{
    /// <summary>Columns of texts that go into a file or a pipe.</summary>
    public const int LogWidth = 100;

    private const int LeastWidth = 40;

    /// <summary>Rows of a window that does not say how many it has.</summary>
    private const int LogRows = 24;

    /// <summary>How long something is shown that changes before the way to stop it is told: short work is over before that is read.</summary>
    public static readonly TimeSpan HintPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private (string Text, TimeProvider Clock, long? Since)? _hint;
    private int _statusLength;
    private IReadOnlyList<string> _block = [];
    private bool _errorFailed;

    private bool _muted;

    /// <summary>Whether the output goes to a terminal, where a line can be replaced.</summary>
    public bool Interactive { get; } = interactive;

    /// <summary>Told how far the command is, for those who watch the workspace from elsewhere; null where nobody should be told.</summary>
    public RunNoteWriter? Note { get; set; }

    /// <summary>Columns for texts.</summary>
    public int Width => columns?.Invoke() ?? width;

    /// <summary>How texts are set off in the output.</summary>
    public Style Style { get; } = outputStyle ?? Style.Plain;

    /// <summary>Why something that was printed was lost; null where nothing was, or whoever read it has closed the pipe.</summary>
    public string? OutputFault { get; private set; }

    /// <summary>The console of this process.</summary>
    public static Terminal System()
    {
        bool capable = TerminalSettings.Read() is { Dumb: false };
        if (!capable) Environment.SetEnvironmentVariable("TERM", "dumb"); // or .NET prints control characters by itself
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        TextWriter output = ProgramStart.OutputIsClosed ? new ClosedWriter() : Console.Out;
        TextWriter error = ProgramStart.ErrorIsClosed ? TextWriter.Null : Console.Error;
        bool interactive = capable && !ProgramStart.OutputIsClosed && !Console.IsOutputRedirected;
        bool colour = TerminalSettings.Read() is { Colour: true };
        return new Terminal(
            output,
            error,
            interactive,
            LogWidth,
            Style.Of(colour && interactive),
            Style.Of(colour && capable && !ProgramStart.ErrorIsClosed && !Console.IsErrorRedirected),
            interactive ? Columns : null,
            interactive ? Rows : null);
    }

    /// <summary>The window's columns now: people pull windows smaller while a program runs, and a line that breaks cannot be replaced.</summary>
    private static int Columns()
    {
        try
        {
            return Console.WindowWidth is > 0 and int columns ? Math.Max(LeastWidth, columns) : LogWidth;
        }
        catch (IOException)
        {
            return LogWidth; // no window
        }
    }

    private static int Rows()
    {
        try
        {
            return Console.WindowHeight is > 0 and int rows ? rows : LogRows;
        }
        catch (IOException)
        {
            return LogRows; // no window
        }
    }

    /// <summary>The same streams for texts that all go to the error stream, so that the output is left to a document.</summary>
    public Terminal OnErrorStream() => new(error, error, interactive: false, width, errorStyle, errorStyle, columns);

    /// <summary>The error stream alone, where the output is for other things than texts.</summary>
    public Terminal WithoutOutput() => new(TextWriter.Null, error, interactive: false, width, Style.Plain, errorStyle);

    /// <summary>Prints nothing any more: another process says the same.</summary>
    public void Mute() => _muted = true;

    /// <summary>Has a line printed once, above what changes, as soon as something has changed for a while.</summary>
    /// <param name="text">The line, such as how to stop the work.</param>
    /// <param name="clock">The time.</param>
    public void HintOnce(string text, TimeProvider clock)
    {
        lock (_gate) _hint = (text, clock, null);
    }

    /// <summary>Prints one line to the output, above a status line if there is one.</summary>
    public void Line(string text = "")
    {
        lock (_gate)
        {
            ClearStatusLine();
            ClearBlock();
            Write(text + Environment.NewLine);
            WriteBlock();
        }
    }

    /// <summary>Prints one line to the error stream.</summary>
    public void ErrorLine(string text)
    {
        lock (_gate)
        {
            ClearStatusLine();
            ClearBlock();
            WriteError((errorStyle ?? Style.Plain).Fault(text));
            WriteBlock();
        }
    }

    /// <summary>Shows a line that the next one replaces; call it on an interactive terminal only.</summary>
    public void Status(string text)
    {
        lock (_gate)
        {
            HintIfDue();
            int most = Width - 1;
            text = TextWidth.Cut(text, most);
            int length = TextWidth.Of(text);
            Write('\r' + text + new string(' ', Math.Max(0, Math.Min(_statusLength, most) - length)));
            _statusLength = length;
        }
    }

    /// <summary>Shows lines below everything else, which the next ones replace; call it on an interactive terminal only.</summary>
    /// <param name="lines">The lines; none removes those that are there. Of more than the window has rows, the first ones are shown.</param>
    public void Block(IReadOnlyList<string> lines)
    {
        lock (_gate)
        {
            ClearStatusLine();
            ClearBlock();
            _block = [];
            if (lines.Count > 0) HintIfDue();
            _block = [.. lines.Take(Math.Max(1, (rows?.Invoke() ?? int.MaxValue) - 1)).Select(line => TextWidth.Cut(line, Width - 1))];
            WriteBlock();
        }
    }

    /// <summary>Removes the status line.</summary>
    public void ClearStatus()
    {
        lock (_gate) ClearStatusLine();
    }

    private static bool IsOfAStream(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException || FileTooLarge.IsCauseOf(e);

    private void HintIfDue()
    {
        if (_hint is not var (text, clock, since)) return;
        if (since is null) _hint = (text, clock, clock.GetTimestamp());
        else if (clock.GetElapsedTime(since.Value) >= HintPause)
        {
            _hint = null;
            ClearStatusLine();
            Write(text + Environment.NewLine);
        }
    }

    private void ClearStatusLine()
    {
        if (_statusLength == 0) return;
        Write('\r' + new string(' ', Math.Min(_statusLength, Width - 1)) + '\r');
        _statusLength = 0;
    }

    /// <summary>Goes up to the first line of the block, and clears from there to the window's end.</summary>
    private void ClearBlock()
    {
        if (_block.Count > 0) Write(string.Create(CultureInfo.InvariantCulture, $"\e[{_block.Count}A\e[J"));
    }

    private void WriteBlock()
    {
        if (_block.Count > 0) Write(string.Concat(_block.Select(static line => line + Environment.NewLine)));
    }

    private void WriteError(string text)
    {
        if (_muted || _errorFailed) return;
        try
        {
            error.WriteLine(text);
            error.Flush();
        }
        catch (Exception e) when (IsOfAStream(e))
        {
            _errorFailed = true; // there is no other place to tell it
        }
    }

    private void Write(string text)
    {
        if (_muted || OutputFault is not null) return;
        try
        {
            output.Write(text);
            output.Flush();
        }
        catch (Exception e) when (IsOfAStream(e))
        {
            OutputFault = FileTooLarge.IsCauseOf(e) ? FileTooLarge.What : (e.InnerException ?? e).Message.TrimEnd('.');
        }
    }

    /// <summary>A standard output that is closed.</summary>
    private sealed class ClosedWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("it is closed");

        public override void Write(string? value) => throw new IOException("it is closed");
    }
}
