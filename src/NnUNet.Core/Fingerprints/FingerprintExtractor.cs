using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Fingerprints;

/// <summary>How far the measuring of a data set is.</summary>
/// <param name="CaseId">The case that is done; empty at the beginning.</param>
/// <param name="Done">Cases that are done.</param>
/// <param name="Total">Cases in all.</param>
public readonly record struct FingerprintProgress(string CaseId, int Done, int Total)
{
    /// <summary>What was odd about the case's files and was put right.</summary>
    public IReadOnlyList<DatasetFault> Warnings { get; init; } = [];
}

/// <summary>Measures a data set: sizes and spacings after cropping to nonzero, and for CT the foreground's intensities.</summary>
/// <remarks>Source: nnunet/experiment_planning/DatasetAnalyzer.py.</remarks>
public static class FingerprintExtractor
{
    /// <summary>Measures all cases.</summary>
    /// <param name="description">The data set's description.</param>
    /// <param name="cases">The training cases.</param>
    /// <param name="threads">Cases at a time; 0 means the default.</param>
    /// <param name="progress">Reports the beginning, and every finished case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <exception cref="DatasetException">Cases cannot be read; all of them in one report.</exception>
    public static DatasetFingerprint Extract(
        DatasetDescription description,
        IReadOnlyList<CaseFiles> cases,
        int threads = 0,
        IProgress<FingerprintProgress>? progress = null,
        CancellationToken cancel = default)
    {
        DeclaredLabels declared = DeclaredLabels.Of(description);
        bool collect = CollectsIntensities(description);
        CaseMeasurement[] measurements = new CaseMeasurement[cases.Count];
        ValueArray<DatasetFault>[] warnings = new ValueArray<DatasetFault>[cases.Count];
        progress?.Report(new FingerprintProgress("", 0, cases.Count));
        IReadOnlyList<CaseFault> faults = new CaseLoop(threads, new MemoryBudget(0), cancel).Run(
            cases.Count,
            i => new CaseNeed(cases[i].Channels[0], CaseReader.Bytes(cases[i])),
            i =>
            {
                CroppedCase cropped = CaseReader.ReadCropped(cases[i], declared);
                measurements[i] = CaseMeasurement.Of(cases[i].CaseId, cropped, collect);
                warnings[i] = cropped.Properties.Warnings;
            },
            (i, done) => progress?.Report(new FingerprintProgress(cases[i].CaseId, done, cases.Count) { Warnings = warnings[i] }));
        return faults.Count == 0
            ? Combine(description, measurements)
            : throw new DatasetException(description.Name, [.. faults.Select(static f => DatasetFault.From(f.Fault))]);
    }

    /// <summary>Whether intensities are collected: only where a channel is called exactly CT or ct.</summary>
    internal static bool CollectsIntensities(DatasetDescription description) => description.Modality.Values.Any(static m => m is "CT" or "ct");

    /// <summary>The fingerprint of measured cases, in their order.</summary>
    internal static DatasetFingerprint Combine(DatasetDescription description, IReadOnlyList<CaseMeasurement> cases) => new()
    {
        NumCases = cases.Count,
        AllSizes = cases.Select(static c => new ValueArray<int>(c.Size.ToArray())).ToValueArray(),
        AllSpacings = cases.Select(static c => new ValueArray<double>(c.Spacing.ToArray())).ToValueArray(),
        AllClasses = description.ForegroundLabels.ToValueArray(),
        Modalities = new SortedDictionary<int, string>(description.ChannelNames.Index().ToDictionary(static c => c.Index, static c => c.Item)),
        IntensityProperties = CollectsIntensities(description) ? Intensities(description, cases) : null,
        SizeReductions = new SortedDictionary<string, double>(cases.ToDictionary(static c => c.CaseId, static c => c.SizeReduction), StringComparer.Ordinal),
    };

    private static SortedDictionary<int, ChannelIntensities> Intensities(DatasetDescription description, IReadOnlyList<CaseMeasurement> cases)
    {
        if (cases.All(static c => c.ForegroundVoxels![0].Length == 0))
        {
            throw new DatasetException(
                description.Name,
                [new DatasetFault(DatasetFolder.TrainingLabels, "no case has a foreground voxel, so CT intensities cannot be measured", "add segmentations that are not empty")]);
        }

        SortedDictionary<int, ChannelIntensities> channels = [];
        for (int c = 0; c < description.Modality.Count; c++)
        {
            float[] all = [.. cases.SelectMany(m => m.ForegroundVoxels![c])];
            channels[c] = NumpyStatistics.Of(all) with
            {
                LocalProps = new SortedDictionary<string, ChannelIntensities>(
                    cases.ToDictionary(static m => m.CaseId, m => NumpyStatistics.Of(m.ForegroundVoxels![c])), StringComparer.Ordinal),
            };
        }

        return channels;
    }
}
