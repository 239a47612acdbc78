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
    /// <param name="progress">Reports the beginning, and every finished case.</param>
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
        HashSet<string> known = [.. training.Concat(test).SelectMany(static c => c.Label is null ? c.Channels : c.Channels.Append(c.Label))];
        faults.AddRange(Surplus(Path.Combine(folder, DatasetFolder.TrainingImages), [.. training.SelectMany(static c => c.Channels)], training, known, description.Modality.Count));
        faults.AddRange(Surplus(Path.Combine(folder, DatasetFolder.TrainingLabels), [.. training.Select(static c => c.Label!)], training, known, 0));
        faults.AddRange(Surplus(Path.Combine(folder, DatasetFolder.TestImages), [.. test.SelectMany(static c => c.Channels)], test, known, description.Modality.Count));

        CaseFiles[] all = [.. training, .. test];
        CaseFindings[] findings = new CaseFindings[all.Length];
        DeclaredLabels declared = DeclaredLabels.Of(description);
        progress?.Report(new VerificationProgress("", 0, all.Length));
        IReadOnlyList<CaseFault> unread = new CaseLoop(threads, new MemoryBudget(maxRamBytes), cancel).Run(
            all.Length,
            i => new CaseNeed(all[i].CaseId, CaseVerifier.Bytes(all[i])),
            i => findings[i] = CaseVerifier.Verify(all[i], declared),
            (i, done) => progress?.Report(new VerificationProgress(all[i].CaseId, done, all.Length)));
        foreach (CaseFault one in unread) findings[one.Index] = new CaseFindings([DatasetFault.From(all[one.Index].CaseId, one.Fault)], [], null, null);
        faults.AddRange(findings.SelectMany(static f => f.Faults));
        return new DatasetReport(name, training.Count, faults, [.. DatasetFolder.OtherEndings(description, training, test), .. findings.SelectMany(static f => f.Warnings), .. OutsideRegions(description), .. DatasetWarnings(findings, description.ForegroundLabels)]);
    }

    private static IEnumerable<DatasetFault> DescriptionFaults(
        DatasetDescription description, IReadOnlyList<CaseFiles> training, IReadOnlyList<CaseFiles> test)
    {
        foreach (DatasetFault fault in description.LabelFaults().Concat(DatasetFolder.Count(description, training))) yield return fault;
        foreach (DatasetFault duplicate in DatasetFolder.Duplicates([.. training, .. test])) yield return duplicate;
        foreach (CaseFiles files in training.Where(static c => CaseName.Of(c.Label!) != c.CaseId))
        {
            yield return new DatasetFault(
                DatasetDescription.FileName, $"the case {files.CaseId} has the label ./{DatasetFolder.Relative(files.Label!)}", "give image and label the same name");
        }
    }

    /// <summary>Images that belong to no case, in the folders that the cases' files lie in; in the usual one where there are no cases.</summary>
    private static IEnumerable<DatasetFault> Surplus(string usual, string[] expected, IReadOnlyList<CaseFiles> cases, HashSet<string> known, int channels)
    {
        HashSet<string> ids = new(cases.Select(static c => c.CaseId), StringComparer.Ordinal);
        IEnumerable<string> folders = expected.Select(Path.GetDirectoryName).OfType<string>().DefaultIfEmpty(usual).Distinct(StringComparer.Ordinal);
        ILookup<string, string> listedBy = known.ToLookup(static k => Path.Join(Path.GetDirectoryName(k), CaseName.Of(Path.GetFileName(k))), StringComparer.Ordinal);
        foreach (ImageLocation image in folders.SelectMany(static folder => ImageFolder.Of(folder).Images).Where(i => !known.Contains(i.Path)))
        {
            string id = channels > 0 && CaseName.TrySplit(image.Name, out string split, out _) ? split : image.Name;
            string? listed = listedBy[Path.Join(Path.GetDirectoryName(image.Path), image.Name)].FirstOrDefault(File.Exists);
            string name = DatasetFolder.Relative(image.Path);
            yield return listed is not null
                ? new DatasetFault(name, $"the case {id} is there twice, and dataset.json lists {Path.GetFileName(listed)}", $"move the one away that is not meant; where that is {Path.GetFileName(listed)}, list {image.FileName} instead")
                : ids.Contains(id)
                ? new DatasetFault(name, $"the file is one too many for the case {id}", channels > 0 ? $"dataset.json declares {channels} channel{(channels == 1 ? "" : "s")}; correct it or remove the file" : "remove one of them")
                : new DatasetFault(name, "the file belongs to no case in dataset.json", "list the case there or remove the file");
        }
    }

    /// <summary>Labels that no region has.</summary>
    internal static IEnumerable<DatasetFault> OutsideRegions(DatasetDescription description) =>
        from label in description.LabelRegions?.Outside(description.ForegroundLabels) ?? []
        select new DatasetFault(DatasetDescription.FileName, $"label {label} belongs to no region, so that training takes it for background", "add it to a region if that is not meant");

    /// <summary>What only all cases together show: labels that never occur, axes that point to different directions.</summary>
    internal static IEnumerable<DatasetFault> DatasetWarnings(IReadOnlyList<CaseFindings> findings, IReadOnlyList<int> labels)
    {
        foreach (int label in labels.Where(l => findings.Any(static f => f.Labels is not null) && findings.All(f => f.Labels?.Contains(l) != true)))
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
