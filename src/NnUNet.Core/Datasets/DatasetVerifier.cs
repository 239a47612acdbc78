using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets;

/// <summary>Looks for everything in a raw task that would make planning or training fail or go silently wrong.</summary>
/// <remarks>
/// Option: <c>--verify_dataset_integrity</c>. The original stops at the first fault; here all of them come in one report.
/// Source: nnunet/preprocessing/sanity_checks.py, verify_dataset_integrity.
/// </remarks>
public static class DatasetVerifier
{
    /// <summary>Reads every file of a raw task.</summary>
    /// <param name="folder">The task's folder.</param>
    /// <param name="threads">Cases at a time; 0 means the default.</param>
    /// <param name="maxRamBytes">Bytes that all cases in work may take; 0: what <see cref="MemoryLimit"/> leaves for cases.</param>
    /// <param name="progress">Reports every finished case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>All faults and warnings.</returns>
    public static DatasetReport Verify(
        string folder, int threads = 0, long maxRamBytes = 0, IProgress<VerificationProgress>? progress = null, CancellationToken cancel = default)
    {
        string name = DatasetFolder.Name(folder);
        DatasetDescription description;
        try
        {
            description = DatasetDescription.Read(Path.Combine(folder, DatasetDescription.FileName));
        }
        catch (DatasetException e)
        {
            return new DatasetReport(name, 0, e.Faults, []);
        }
        catch (DescribedException e)
        {
            return new DatasetReport(name, 0, [new DatasetFault(DatasetDescription.FileName, e.What, e.Remedy)], []);
        }

        IReadOnlyList<CaseFiles> training = DatasetFolder.TrainingCases(folder, description);
        IReadOnlyList<CaseFiles> test = DatasetFolder.TestCases(folder, description);
        List<DatasetFault> faults = [.. DescriptionFaults(description, training, test)];
        faults.AddRange(training.Concat(test).SelectMany(static c => DatasetFolder.Missing(c)));
        faults.AddRange(Surplus(folder, DatasetFolder.TrainingImages, training.SelectMany(static c => c.Channels), training, description.Modality.Count));
        faults.AddRange(Surplus(folder, DatasetFolder.TrainingLabels, training.Select(static c => c.Label!), training, 0));
        faults.AddRange(Surplus(folder, DatasetFolder.TestImages, test.SelectMany(static c => c.Channels), test, description.Modality.Count));

        CaseFiles[] all = [.. training, .. test];
        CaseFindings[] findings = new CaseFindings[all.Length];
        int[] labels = [.. description.Labels.Keys.Select(static k => int.Parse(k, CultureInfo.InvariantCulture)).Order()];
        IReadOnlyList<CaseFault> unread = new CaseLoop(threads, new MemoryBudget(maxRamBytes), cancel).Run(
            all.Length,
            i => new CaseNeed(all[i].CaseId, CaseVerifier.Bytes(all[i])),
            i => findings[i] = CaseVerifier.Verify(all[i], labels),
            (i, done) => progress?.Report(new VerificationProgress(all[i].CaseId, done, all.Length)));
        foreach (CaseFault one in unread) findings[one.Index] = new CaseFindings([DatasetFault.From(all[one.Index].CaseId, one.Fault)], [], null, null);
        faults.AddRange(findings.SelectMany(static f => f.Faults));
        return new DatasetReport(name, training.Count, faults, [.. findings.SelectMany(static f => f.Warnings), .. DatasetWarnings(findings, labels)]);
    }

    private static IEnumerable<DatasetFault> DescriptionFaults(
        DatasetDescription description, IReadOnlyList<CaseFiles> training, IReadOnlyList<CaseFiles> test)
    {
        int[] labels = [.. description.Labels.Keys.Select(static k => int.Parse(k, CultureInfo.InvariantCulture)).Order()];
        if (!labels.SequenceEqual(Enumerable.Range(0, labels.Length)))
        {
            yield return new DatasetFault(
                DatasetDescription.FileName, $"the labels are {string.Join(", ", labels)}", "number them 0 (background), 1, 2, … without gaps, in the files too");
        }

        if (labels.Length < 2) yield return new DatasetFault(DatasetDescription.FileName, "no foreground label is declared", "declare 1, 2, … under \"labels\"");
        if (training.Count == 0) yield return new DatasetFault(DatasetDescription.FileName, "no training case is listed", "list the cases under \"training\"");
        foreach (DatasetFault duplicate in DatasetFolder.Duplicates([.. training, .. test])) yield return duplicate;
        foreach (CaseFiles files in training.Where(static c => CaseName.Of(c.Label!) != c.CaseId))
        {
            yield return new DatasetFault(
                DatasetDescription.FileName, $"the case {files.CaseId} has the label ./{DatasetFolder.Relative(files.Label!)}", "give image and label the same name");
        }
    }

    private static IEnumerable<DatasetFault> Surplus(
        string folder, string subfolder, IEnumerable<string> expected, IReadOnlyList<CaseFiles> cases, int channels)
    {
        string path = Path.Combine(folder, subfolder);
        HashSet<string> known = new(expected.Select(Path.GetFileName).OfType<string>(), StringComparer.Ordinal);
        HashSet<string> ids = new(cases.Select(static c => c.CaseId), StringComparer.Ordinal);
        foreach (ImageLocation image in ImageFolder.Of(path).Images.Where(i => !known.Contains(i.FileName)))
        {
            string file = image.FileName;
            string id = channels > 0 && CaseName.TrySplit(image.Name, out string split, out _) ? split : image.Name;
            yield return ids.Contains(id)
                ? new DatasetFault($"{subfolder}/{file}", $"the file is one too many for the case {id}", channels > 0 ? $"dataset.json declares {channels} channels; correct it or remove the file" : "remove one of them")
                : new DatasetFault($"{subfolder}/{file}", "the file belongs to no case in dataset.json", "list the case there or remove the file");
        }
    }

    private static IEnumerable<DatasetFault> DatasetWarnings(CaseFindings[] findings, int[] labels)
    {
        foreach (int label in labels.Where(l => l > 0 && findings.Any(static f => f.Labels is not null) && findings.All(f => f.Labels?.Contains(l) != true)))
        {
            yield return new DatasetFault(DatasetFolder.TrainingLabels, $"no case has label {label}", "remove it from dataset.json if it is not meant");
        }

        (string Axes, int Count)[] orientations =
            [.. findings.Where(static f => f.Axes is not null).GroupBy(static f => f.Axes!).Select(static g => (g.Key, g.Count())).OrderByDescending(static g => g.Item2)];
        if (orientations.Length > 1)
        {
            yield return new DatasetFault(
                DatasetFolder.TrainingImages,
                $"the images' axes point to different directions ({string.Join(", ", orientations.Select(static o => $"{o.Axes}: {o.Count}"))})",
                "reorient them to one");
        }
    }
}
