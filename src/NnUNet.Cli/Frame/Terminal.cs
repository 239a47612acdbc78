using System.Text;

namespace NnUNet.Cli.Frame;

/// <summary>The two streams of the program, and whether a person looks at them. Safe for several threads.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool interactive, int width)
{
    private readonly Lock _gate = new();
    private int _statusLength;

    /// <summary>Whether the output goes to a terminal, where a line can be replaced.</summary>
    public bool Interactive { get; } = interactive;

    /// <summary>Columns for texts.</summary>
    public int Width { get; } = width;

    /// <summary>The console of this process.</summary>
    public static Terminal System()
    {
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        bool interactive = !Console.IsOutputRedirected;
        int width = 100;
        try
        {
            if (interactive && Console.WindowWidth is > 20 and int columns) width = Math.Min(columns, 140);
        }
        catch (IOException)
        {
            // no window: keep the width of a log
        }

        return new Terminal(Console.Out, Console.Error, interactive, width);
    }

    /// <summary>The same streams for texts that all go to the error stream, so that the output is left to a document.</summary>
    public Terminal OnErrorStream() => new(error, error, interactive: false, Width);

    /// <summary>Prints one line to the output, above a status line if there is one.</summary>
    public void Line(string text = "")
    {
        lock (_gate)
        {
            ClearStatusLine();
            output.WriteLine(text);
            output.Flush();
        }
    }

    /// <summary>Prints one line to the error stream.</summary>
    public void ErrorLine(string text)
    {
        lock (_gate)
        {
            ClearStatusLine();
            output.Flush();
            error.WriteLine(text);
            error.Flush();
        }
    }

    /// <summary>Shows a line that the next one replaces; call it on an interactive terminal only.</summary>
    public void Status(string text)
    {
        lock (_gate)
        {
            if (text.Length >= Width) text = text[..(Width - 1)];
            output.Write('\r' + text.PadRight(_statusLength));
            output.Flush();
            _statusLength = text.Length;
        }
    }

    /// <summary>Removes the status line.</summary>
    public void ClearStatus()
    {
        lock (_gate)
        {
            ClearStatusLine();
            output.Flush();
        }
    }

    private void ClearStatusLine()
    {
        if (_statusLength == 0) return;
        output.Write('\r' + new string(' ', _statusLength) + '\r');
        _statusLength = 0;
    }
}
