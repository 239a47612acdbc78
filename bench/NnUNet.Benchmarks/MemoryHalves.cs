using NnUNet.Benchmarks.Suite;

namespace NnUNet.Benchmarks;

/// <summary>Rows of a table which tell whether memory grows from the first half of many repetitions to the second.</summary>
internal static class MemoryHalves
{
    /// <summary>A row for each half.</summary>
    /// <param name="of">What was repeated.</param>
    /// <param name="bytes">Private memory after each repetition.</param>
    /// <param name="seconds">Time of each.</param>
    /// <param name="tensorsBefore">Tensors that were alive before the first.</param>
    /// <param name="tensorsAfter">Tensors that were alive after the last.</param>
    public static MeasuredRow[] Rows(string of, long[] bytes, double[] seconds, long tensorsBefore, long tensorsAfter)
    {
        int half = bytes.Length / 2;
        double growth = (bytes[half..].Average() / bytes[..half].Average()) - 1;
        return
        [
            Row(of, "first half", bytes[..half], seconds[..half], $"{tensorsBefore} tensors before") with { Baseline = true },
            Row(of, "second half", bytes[half..], seconds[half..], FormattableString.Invariant($"{growth:+0.00%;-0.00%} private memory on average; {tensorsAfter} tensors after")),
        ];
    }

    private static MeasuredRow Row(string of, string name, long[] bytes, double[] seconds, string note) => new()
    {
        Case = of,
        Name = name,
        Seconds = [.. seconds],
        PrivateBytes = bytes.Max(),
        Note = $"median {Figures.Bytes((long)MeasuredRow.MedianOf([.. bytes.Select(static b => (double)b)]))}; {note}",
    };
}
