using System.Globalization;
using System.Text;

namespace NnUNet.Torch.Training.Logs;

/// <summary>The log of one run for people: <c>training_log_YEAR_MONTH_DAY_hh_mm_ss.txt</c> in the fold's folder.</summary>
/// <remarks>Each run of a training has a file of its own, as in the original (network_trainer.py, print_to_log_file).</remarks>
internal sealed class TrainingLog : IDisposable
{
    private readonly StreamWriter _writer;

    /// <summary>Starts a log; where there is one of the same second, its name gets a number.</summary>
    public TrainingLog(string folder, DateTime now)
    {
        Directory.CreateDirectory(folder);
        string stem = string.Create(CultureInfo.InvariantCulture, $"training_log_{now.Year}_{now.Month}_{now.Day}_{now:HH}_{now:mm}_{now:ss}");
        FilePath = Path.Combine(folder, stem + ".txt");
        for (int number = 2; File.Exists(FilePath); number++) FilePath = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{stem}_{number}.txt"));
        _writer = new StreamWriter(new FileStream(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Writes a line with the time before it.</summary>
    public void Write(string line) => _writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:yyyy-MM-dd HH:mm:ss.ffffff}: {line}"));

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
