using NnUNet.Core.Results;
using NnUNet.Foundation;

namespace NnUNet.Pictures.Overlays;

/// <summary>Draws contact sheets of images, references and predictions, one PNG a case and one of the whole data set.</summary>
public static class OverlayRun
{
    private const string SheetName = "all_cases";
    private const int MostThreads = 4;

    /// <summary>Draws all predictions of a folder, or one file.</summary>
    /// <param name="images">The folder of the images (CASE_0000.nii.gz or CASE.nii.gz), or one image.</param>
    /// <param name="predictions">The folder of the segmentations, or one.</param>
    /// <param name="references">The folder of the references, or one; null where there are none.</param>
    /// <param name="output">The folder to write into; for a single case also the PNG file.</param>
    /// <param name="options">How to draw; null for the defaults.</param>
    /// <param name="progress">Receives a report at the beginning and after each case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <exception cref="DescribedException">A folder is missing or empty, or the options are wrong. Faults of single cases are in the report.</exception>
    public static OverlayReport Write(
        string images,
        string predictions,
        string? references,
        string output,
        OverlayOptions? options = null,
        IProgress<OverlayProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new OverlayOptions();
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException("overlay", string.Join("; ", faults), "correct the options");

        OverlaySources sources = OverlaySources.Find(images, predictions, references, options.Channel);
        RefuseOverSources(output, sources);
        IReadOnlyDictionary<string, string> names = ResultLabelNames.Find(predictions, references, images);
        SheetEntry?[] entries = new SheetEntry?[sources.Cases.Count];
        SortedSet<int> labels = [];
        progress?.Report(new OverlayProgress("", 0, entries.Length));
        IReadOnlyList<CaseFault> failures = new CaseLoop(Math.Min(MostThreads, ParallelLoop.DefaultDegree), new MemoryBudget(0), cancel).Run(
            entries.Length,
            i => new CaseNeed(sources.Cases[i], sources.Bytes(sources.Cases[i])),
            i =>
            {
                string caseId = sources.Cases[i];
                OverlayCase example = sources.Read(caseId) with { LabelNames = names, Window = options.Window };
                example.Check();
                if (options.Zoom) example = example.Zoomed();
                byte[] sheet = CaseSheet.Png(example, options.SlicesPerAxis);
                AtomicFile.Write(CasePath(output, sources, caseId), stream => stream.Write(sheet));
                entries[i] = new SheetEntry(caseId, example.Dice(), CaseThumbnail.Square(example, DatasetSheet.Edge));
                lock (labels) labels.UnionWith(example.Labels);
            },
            (i, done) => progress?.Report(new OverlayProgress(sources.Cases[i], done, entries.Length)));

        // A picture of an earlier call would pass for what is there now.
        foreach (CaseFault failure in failures) Remove(CasePath(output, sources, sources.Cases[failure.Index]));

        SheetEntry[] drawn = [.. entries.OfType<SheetEntry>()];
        List<string> files = [.. drawn.Select(entry => CasePath(output, sources, entry.CaseId))];
        if (!sources.Single)
        {
            IEnumerable<byte[]> pages = drawn.Length == 0 ? [] : DatasetSheet.Pages(Path.GetFileName(Path.GetFullPath(predictions)), drawn, [.. labels], names, references is not null);
            string[] sheets = [.. pages.Select((page, i) => WritePage(output, page, i))];
            files.AddRange(sheets);
            for (int i = sheets.Length; File.Exists(PagePath(output, i)); i++) Remove(PagePath(output, i));
        }

        return new OverlayReport(files, [.. failures.Select(f => $"{sources.Cases[f.Index]}: {f.Fault.MessageWithin(sources.Cases[f.Index])}")]);
    }

    /// <summary>Pictures of cases that are pictures themselves have the same names.</summary>
    private static void RefuseOverSources(string output, OverlaySources sources)
    {
        HashSet<string> drawn = [.. sources.Paths.Select(Path.GetFullPath)];
        string? over = sources.Cases.Select(caseId => CasePath(output, sources, caseId)).Append(PagePath(output, 0)).FirstOrDefault(path => drawn.Contains(Path.GetFullPath(path)));
        if (over is not null) throw new DescribedException(over, "the picture would lie over a file that is to be drawn", "give another folder with -o");
    }

    private static string WritePage(string output, byte[] page, int index)
    {
        string path = PagePath(output, index);
        AtomicFile.Write(path, stream => stream.Write(page));
        return path;
    }

    private static string PagePath(string output, int index) => Path.Combine(output, index == 0 ? $"{SheetName}.png" : $"{SheetName}_{index + 1}.png");

    private static void Remove(string picture)
    {
        if (File.Exists(picture)) File.Delete(picture);
    }

    private static string CasePath(string output, OverlaySources sources, string caseId) =>
        sources.Single && output.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? output : Path.Combine(output, caseId + ".png");
}
