using System.Text;
using System.Text.Json;
using NnUNet.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>
/// The link of a process that another run of this program has started for a part of its work (<c>--child N</c>): the standard
/// output takes reports as JSON, one a line, and the standard input says first what to do, and by its end that the work is to
/// stop. It ends when the parent wants so, and also when the parent dies in whatever way, so that no child works on alone.
/// </summary>
internal sealed class ParentLink : IDisposable
{
    /// <summary>The option that makes a run a child.</summary>
    public const string OptionName = "--child";

    /// <summary>The kind of a child's last line, which holds its <see cref="ChildEnd"/>.</summary>
    public const string End = "end";

    private readonly Lock _gate = new();
    private readonly TextReader _input;
    private readonly TextWriter _output;
    private bool _lost;

    /// <summary>Takes the streams over, and reads the line that says what to do.</summary>
    public ParentLink(TextReader input, TextWriter output)
    {
        (_input, _output) = (input, output);
        Work = input.ReadLine() ?? "";
    }

    /// <summary>How reports are written and read: in one line, NaN as null.</summary>
    public static JsonSerializerOptions Format => ProductJson.OneLine;

    /// <summary>What the parent says about the work, as JSON; empty where it was gone before.</summary>
    public string Work { get; }

    /// <summary>The link over the standard streams of this process.</summary>
    public static ParentLink OfThisProcess() => new(
        new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)),
        new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" });

    /// <summary>Waits beside the work for the end of the standard input.</summary>
    /// <param name="stop">Stops the work at the next safe place.</param>
    public void WaitForEnd(Action stop) => new Thread(() =>
    {
        try
        {
            while (_input.ReadLine() is not null)
            {
                // nothing else is said
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // as good as an end
        }

        stop();
    })
    { IsBackground = true, Name = "parent" }.Start();

    /// <summary>Tells the parent something; what a parent that is gone does not read is lost without disturbing the work.</summary>
    /// <param name="kind">What is told.</param>
    /// <param name="value">The rest of it.</param>
    public void Tell<T>(string kind, T value)
    {
        string line = JsonSerializer.Serialize(new ChildLine(kind, JsonSerializer.SerializeToElement(value, Format)), Format);
        lock (_gate)
        {
            if (_lost) return;
            try
            {
                _output.WriteLine(line);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                _lost = true;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The input stays open: the thread that waits for its end may be in it.</remarks>
    public void Dispose()
    {
        try
        {
            _output.Dispose();
        }
        catch (IOException)
        {
            // nobody reads it
        }
    }
}

/// <summary>A line of a child.</summary>
/// <param name="Kind">What is told.</param>
/// <param name="Value">The rest of it.</param>
internal sealed record ChildLine(string Kind, JsonElement Value);

/// <summary>How a child's command ended, by its own word.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Error">Why it could not go on; null where it came to its end.</param>
internal sealed record ChildEnd(int ExitCode, RunError? Error);
