using System.Diagnostics;
using NnUNet.Core.Bundles;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Bundles;

/// <summary>Runs a bundle over images: <c>nnunet segment</c>.</summary>
/// <remarks>An image that fails is reported at the end and stops no other.</remarks>
public static class BundleRun
{
    /// <summary>The part of the memory for cases that models may take which wait for the next image.</summary>
    private const int KeptShare = 4;

    /// <summary>Segments images.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="inputs">One image, one file a channel of an image, or a folder of images.</param>
    /// <param name="output">A file for one segmentation, or a folder.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Receives reports about each image, one at a time.</param>
    /// <param name="cancel">Stops within an image; what was written is whole.</param>
    /// <exception cref="DescribedException">The bundle, a model, the images or the output are at fault, so that no image can be segmented.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static BundleReport Run(Bundle bundle, IReadOnlyList<string> inputs, string output, BundleRunOptions? options = null, IProgress<BundleProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new BundleRunOptions();
        string[] faults = [.. options.Faults(bundle)];
        if (faults.Length > 0) throw new DescribedException("segmentation", string.Join("; ", faults), "correct the options");
        _ = CleaningSteps.Chosen(bundle, options.With);
        _ = BundleDescriptions.Chain(bundle, crop => options.Robust ? crop.Robust ?? crop.Bundle : crop.Bundle);
        IReadOnlyList<InputCase> cases = BundleInputs.Find(inputs, bundle);
        BundleOutput target = new(output, cases.Count, options);
        options = options with { Predict = options.Predict with { TemporaryFolder = options.Predict.TemporaryFolder ?? target.Folder } };
        using LoadedModels models = new(options, cases.Count > 1 ? MemoryLimit.ForWork / KeptShare : 0);
        models.Check(BundleCase.AllModels(bundle, options));
        Directory.CreateDirectory(target.Folder);
        BundleReport report = Run(bundle, cases, target, options, models, progress, cancel);
        return report with { Warnings = [.. models.Warnings.Distinct(), .. report.Warnings] };
    }

    /// <summary>Segments images with models that somebody else has.</summary>
    internal static BundleReport Run(Bundle bundle, IReadOnlyList<InputCase> cases, BundleOutput target, BundleRunOptions options, IPartPredictor models, IProgress<BundleProgress>? progress, CancellationToken cancel)
    {
        List<SegmentedCase> segmented = [];
        List<UnsegmentedCase> failures = [];
        List<string> warnings = [];
        foreach (InputCase one in cases)
        {
            int done = segmented.Count + failures.Count;
            try
            {
                if (one.Fault is { } fault) throw new DescribedException(one.CaseId, fault, "complete the files");
                Action<string, double>? tell = progress is null ? null : (work, share) => progress.Report(new BundleProgress(one.CaseId, work, share, done, cases.Count));
                segmented.Add(Segment(bundle, one, target, options, models, warnings, tell, cancel));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // a case's fault is reported at the end
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures.Add(new UnsegmentedCase(one.CaseId, Reason(one.CaseId, e, options.Predict)));
            }

            progress?.Report(new BundleProgress(one.CaseId, "done", 1, segmented.Count + failures.Count, cases.Count));
        }

        IReadOnlyList<string> statistics = options.Statistics && segmented.Count > 0 ? target.Write(segmented) : [];
        return new BundleReport(bundle.Name, segmented.ToValueArray(), failures.ToValueArray(), warnings.ToValueArray(), statistics.ToValueArray());
    }

    private static SegmentedCase Segment(Bundle bundle, InputCase one, BundleOutput target, BundleRunOptions options, IPartPredictor models, List<string> warnings, Action<string, double>? tell, CancellationToken cancel)
    {
        BundleImage image = new(one.Channels);
        if (options.Predict.StrictInput && image.Warnings.Count > 0) throw new DescribedException(one.Channels[0], string.Join("; ", image.Warnings), "correct the files, or leave out --strict-input");
        warnings.AddRange(image.Warnings);
        BundleCase work = new(image, models, options, tell, cancel);
        CaseLabels found = work.Segment(bundle);
        image.Release();
        long begun = Stopwatch.GetTimestamp();
        tell?.Invoke("writing", 1);
        string written = target.Write(one, found.Labels, BundleCase.Wanted(bundle, options), cancel);
        work.Times.Writing += Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return new SegmentedCase(one.CaseId, written, found.Statistics.ToValueArray(), work.Times);
    }

    private static string Reason(string caseId, Exception e, PredictOptions options) => e switch
    {
        DescribedException described => described.MessageWithin(caseId),
        IOException or UnauthorizedAccessException => $"the disk does not do what it should: {e.Message}",
        _ when OutOfMemoryErrors.Of(e) is { } full => $"{full}; {Segmenter.MemoryRemedy(options)}",
        _ => $"{e.GetType().Name}: {e.Message}",
    };
}
