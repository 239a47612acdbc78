using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Mends one case, measures it, verifies what becomes of it and writes that: each image is read once.</summary>
/// <param name="mends">The mends in their order.</param>
/// <param name="options">What is asked for.</param>
/// <param name="declared">The labels of the data set.</param>
/// <param name="copy">The copy's folder; null where nothing is written.</param>
internal sealed class CaseRepair(IReadOnlyList<DatasetMend> mends, DatasetRepairOptions options, DeclaredLabels declared, string? copy)
{
    /// <summary>Bytes that the work on a case takes at most, by its headers: an image or its mended successor beside the segmentation in three states.</summary>
    public static long Bytes(RepairCase one) => 6 * sizeof(float) * CaseVerifier.MostVoxels(one.Images.Select(static i => i.Path));

    /// <summary>Does the work.</summary>
    /// <returns>What became of the case, and the files that were written.</returns>
    public (CaseResult Result, IReadOnlyList<string> Files) Run(RepairCase one)
    {
        List<string> written = [];
        CaseWork work;
        try
        {
            work = new CaseWork(one, options);
            foreach (DatasetMend mend in mends) mend.Mend(work);
        }
        catch (DescribedException e)
        {
            return (Unreadable(one, [new DatasetFault(DatasetFolder.Relative(e.Where), e.What, e.Remedy)]), []);
        }

        bool unreadable = false;
        List<ImageFacts> images = [];
        VerifiedFile<float>[] channels = [.. work.Channels.Select(c => new VerifiedFile<float>(c.Name, () => HeaderOf(c), () => Image(c)))];
        Volume<short>? labels = null;
        VerifiedFile<short>? label = work.Label is not { } l ? null : new VerifiedFile<short>(
            l.Name,
            () => l.IsChanged ? l.Header with { Extent = l.Values.Extent, Geometry = l.Values.Geometry, Warnings = [] } : l.Header,
            () => labels = l.Labels());
        CaseFindings findings = CaseVerifier.Verify(channels, label, declared);
        if (unreadable)
        {
            foreach (string file in written) File.Delete(file);
            return (Unreadable(one, findings.Faults), []);
        }

        if (copy is not null && work.Label is { } own)
        {
            string stem = Path.Combine(copy, own.Stem);
            written.AddRange(own.IsChanged ? CopiedImage.Write(own.Location, stem, own.Values) : CopiedImage.Copy(own.Location, stem));
        }

        return (
            new CaseResult
            {
                ImageEnding = work.Channels[0].Ending,
                LabelEnding = work.Label?.Ending,
                Mended = work.Mended.ToValueArray(),
                Left = findings.Faults.Select(f => Better(f, work)).ToValueArray(),
                Warnings = findings.Warnings.Where(static w => w.What != CaseVerifier.EmptySegmentation).ToValueArray(),
                Labels = one.IsTraining ? findings.Labels?.Order().ToValueArray() : null,
                Axes = findings.Axes,
                Facts = new CaseFacts { Images = images.ToValueArray(), Labels = labels is null ? null : CaseMeasures.Of(labels) },
            },
            written);

        Volume<float> Image(ImageWork channel)
        {
            Volume<float> volume;
            try
            {
                volume = ImageFile.ReadVolume(channel.Location.Path).WithGeometry(channel.Geometry);
            }
            catch (DescribedException)
            {
                unreadable = true;
                throw;
            }

            images.Add(CaseMeasures.Of(channel.Name, volume));
            if (copy is not null)
            {
                string stem = Path.Combine(copy, channel.Stem);
                written.AddRange(channel.IsChanged ? CopiedImage.Write(channel.Location, stem, volume) : CopiedImage.Copy(channel.Location, stem));
            }

            return volume;
        }
    }

    private static ImageHeader HeaderOf(ImageWork channel) => !channel.IsChanged ? channel.Header : channel.Header with { Geometry = channel.Geometry, Warnings = [] };

    private static DatasetFault Better(DatasetFault fault, CaseWork work) =>
        work.GridRemedy is { } remedy && fault.Where == work.Label?.Name && fault.What.Contains(" compared with ", StringComparison.Ordinal) ? fault with { Remedy = remedy } : fault;

    private static CaseResult Unreadable(RepairCase one, IReadOnlyList<DatasetFault> faults) => new()
    {
        Mended = [],
        Left = faults.Select(f => f with { What = $"{f.What}; the case {one.CaseId} is not in the copy" }).ToValueArray(),
        Warnings = [],
    };
}
