namespace NnUNet.Foundation;

/// <summary>Reports how much of some work is done that consists of many equal parts, a hundred times at most. Safe for several threads.</summary>
/// <param name="parts">The number of parts.</param>
/// <param name="progress">Gets the share that is done, 0 to 1; null for nobody.</param>
public sealed class PartProgress(int parts, IProgress<double>? progress)
{
    private const int Reports = 100;
    private readonly Lock _telling = new();
    private int _done;

    /// <summary>A part is done.</summary>
    public void Next()
    {
        if (progress is null) return;
        lock (_telling) // shares come in ascending order
        {
            int done = ++_done;
            if ((long)done * Reports / parts > (long)(done - 1) * Reports / parts) progress.Report((double)done / parts);
        }
    }
}
