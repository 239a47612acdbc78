using System.Diagnostics;
using NnUNet.Core.Bundles;
using NnUNet.Core.Cases;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Bundles;

/// <summary>Runs a bundle over images: <c>nnunet segment</c>.</summary>
/// <remarks>
/// An image that fails is reported at the end and stops no other. A repeated call continues with what is missing or does not fit any
/// more, by the <see cref="ResultRecords"/> of the output's folder.
/// </remarks>
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
        _ = BundleCase.AllBundles(bundle, options);
        IReadOnlyList<InputCase> cases = BundleInputs.Find(inputs, bundle);
        BundleOutput target = new(output, cases.Count, options);
        options = options with { Predict = options.Predict with { TemporaryFolder = options.Predict.TemporaryFolder ?? target.Folder } };
        using LoadedModels models = new(options, cases.Count > 1 ? MemoryLimit.ForWork / KeptShare : 0);
        models.Check(BundleCase.AllModels(bundle, options));
        Directory.CreateDirectory(target.Folder);
        BundleReport report = Run(bundle, cases, target, options, models, new BundleOrigins(bundle, options, models.Files), progress, cancel);
        return report with { Warnings = [.. models.Warnings.Distinct(), .. report.Warnings] };
    }

    /// <summary>Segments images with models that somebody else has.</summary>
    internal static BundleReport Run(
        Bundle bundle, IReadOnlyList<InputCase> cases, BundleOutput target, BundleRunOptions options, IPartPredictor models, BundleOrigins origins, IProgress<BundleProgress>? progress, CancellationToken cancel)
    {
        EarlierSegmentations earlier = new(target, origins, BundleCase.Wanted(bundle, options), options);
        List<SegmentedCase> segmented = [], skipped = [], measured = []; // the last: both, in the cases' order
        List<CaseRemark> outdated = [], unknown = [];
        List<UnsegmentedCase> failures = [];
        List<string> warnings = [];
        foreach ((int done, InputCase one) in cases.Index())
        {
            try
            {
                if (one.Fault is { } fault) throw new DescribedException(one.CaseId, fault, "complete the files");
                Action<string, double>? tell = progress is null ? null : (work, share) => progress.Report(new BundleProgress(one.CaseId, work, share, done, cases.Count));
                ResultStanding standing = earlier.Look(one);
                if (standing.Standing == Standing.Unknown)
                {
                    unknown.Add(new CaseRemark(one.CaseId, standing.Reason));
                }
                else if (standing.Standing == Standing.Fits && CanMeasure(bundle, options))
                {
                    skipped.Add(Measured(bundle, one, target, options, models, tell, cancel));
                    measured.Add(skipped[^1]);
                }
                else
                {
                    if (standing.Standing is Standing.Outdated or Standing.Damaged)
                    {
                        earlier.MoveAside(one, standing.Standing);
                        outdated.Add(new CaseRemark(one.CaseId, standing.Reason));
                    }

                    segmented.Add(Segment(bundle, one, target, earlier, origins, options, models, warnings, tell, cancel));
                    measured.Add(segmented[^1]);
                }
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

            progress?.Report(new BundleProgress(one.CaseId, "done", 1, done + 1, cases.Count));
        }

        IReadOnlyList<string> statistics = options.Statistics && measured.Count > 0 ? target.Write(measured) : [];
        return new BundleReport(bundle.Name, segmented.ToValueArray(), failures.ToValueArray(), warnings.ToValueArray(), statistics.ToValueArray())
        {
            Skipped = skipped.ToValueArray(),
            Outdated = outdated.ToValueArray(),
            Unknown = unknown.ToValueArray(),
        };
    }

    /// <summary>Whether what is asked of a segmentation that is there can be read of it: statistics on the models' grid need the networks again, and masks are not put together again.</summary>
    private static bool CanMeasure(Bundle bundle, BundleRunOptions options) => !options.Statistics || (bundle.Statistics == Bundle.OnImage && !options.SeparateFiles);

    /// <summary>A segmentation that is there, with its statistics where they are asked for.</summary>
    private static SegmentedCase Measured(Bundle bundle, InputCase one, BundleOutput target, BundleRunOptions options, IPartPredictor models, Action<string, double>? tell, CancellationToken cancel)
    {
        string place = target.PlaceOf(one);
        if (!options.Statistics) return new SegmentedCase(one.CaseId, place, [], new BundleTimes());

        long begun = Stopwatch.GetTimestamp();
        tell?.Invoke("statistics", 1);
        BundleCase work = new(new BundleImage(one.Channels), models, options, tell, cancel);
        ValueArray<StructureStatistic> statistics = work.Measured(bundle, ImageFile.ReadLabels(place)).ToValueArray();
        return new SegmentedCase(one.CaseId, place, statistics, new BundleTimes { Statistics = Stopwatch.GetElapsedTime(begun).TotalSeconds });
    }

    private static SegmentedCase Segment(
        Bundle bundle,
        InputCase one,
        BundleOutput target,
        EarlierSegmentations earlier,
        BundleOrigins origins,
        BundleRunOptions options,
        IPartPredictor models,
        List<string> warnings,
        Action<string, double>? tell,
        CancellationToken cancel)
    {
        ResultOrigin origin = origins.Of(one); // before its files are read, so that what changes from now on is noticed
        BundleImage image = new(one.Channels);
        if (options.Predict.StrictInput && image.Warnings.Count > 0) throw new DescribedException(one.Channels[0], string.Join("; ", image.Warnings), "correct the files, or leave out --strict-input");
        warnings.AddRange(image.Warnings);
        BundleCase work = new(image, models, options, tell, cancel);
        CaseLabels found = work.Segment(bundle);
        image.Release();
        long begun = Stopwatch.GetTimestamp();
        tell?.Invoke("writing", 1);
        earlier.Write(one, origin, () => target.Write(one, found.Labels, BundleCase.Wanted(bundle, options), cancel));
        work.Times.Writing += Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return new SegmentedCase(one.CaseId, target.PlaceOf(one), found.Statistics.ToValueArray(), work.Times);
    }

    private static string Reason(string caseId, Exception e, PredictOptions options) => e switch
    {
        DescribedException described => described.MessageWithin(caseId),
        IOException or UnauthorizedAccessException => $"the disk does not do what it should: {e.Message}",
        _ when OutOfMemoryErrors.Of(e) is { } full => $"{full}; {Segmenter.MemoryRemedy(options)}",
        _ => $"{e.GetType().Name}: {e.Message}",
    };
}
