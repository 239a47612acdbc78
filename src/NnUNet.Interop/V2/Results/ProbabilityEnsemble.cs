using NnUNet.Core.Cases;
using NnUNet.Core.Ensembling;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Interop.V2.Results;

/// <summary>Merges v2's probabilities of several models into segmentations: <c>nnUNetv2_ensemble</c>, and the pairs of <c>nnUNetv2_find_best_configuration</c>.</summary>
/// <remarks>
/// The mean is taken in float32. The files hold one output after the other and are read so, some rows at a time: in memory are the
/// labels and the best value so far, however many outputs and models there are. Source: nnunetv2/ensembling/ensemble.py.
/// </remarks>
internal static class ProbabilityEnsemble
{
    /// <summary>The array's name in the files.</summary>
    public const string Key = "probabilities";

    /// <summary>The command, for records.</summary>
    private const string MadeBy = "nnUNetv2_ensemble";

    private const string Option = "--save_probabilities";
    private const string Ending = ".npz";

    /// <summary>Merges folders that <c>nnUNetv2_predict --save_probabilities</c> wrote.</summary>
    /// <param name="folders">The folders; the <c>dataset.json</c> and the properties of the first one count.</param>
    /// <param name="output">Gets the segmentations, and the first folder's <c>dataset.json</c> and <c>plans.json</c>.</param>
    /// <param name="saves">Whether the means are written too.</param>
    /// <param name="loop">How many cases at a time.</param>
    /// <returns>The names of the cases.</returns>
    /// <remarks>How each was made is recorded as the first generation's command does; like v2's, this one merges all cases each time.</remarks>
    /// <exception cref="DescribedException">Files are missing, damaged or do not fit each other: one report for all cases, after the others are done.</exception>
    public static IReadOnlyList<string> Merge(IReadOnlyList<string> folders, string output, bool saves, SegmentationLoop loop)
    {
        if (folders.FirstOrDefault(static f => !Directory.Exists(f)) is { } missing) throw new EnsembleException(missing, "there is no such folder", "check -i");
        if (folders.Any(f => Path.GetFullPath(f) == Path.GetFullPath(output))) throw new EnsembleException(output, "this folder is read from and written to", "choose another output folder");

        string dataset = Path.Combine(folders[0], ResultLabels.FileName);
        ResultLabels labels = ResultLabels.Read(dataset);
        IReadOnlyList<EnsembleCase> cases = Cases([.. folders.Select(static f => new Member(f, CaseFolder.Files(f, Ending)))], output, labels.FileEnding, saves);
        Directory.CreateDirectory(output);
        AtomicFile.Copy(dataset, Path.Combine(output, ResultLabels.FileName));
        string plans = Path.Combine(folders[0], TrainedFolder.PlansName);
        if (File.Exists(plans)) AtomicFile.Copy(plans, Path.Combine(output, TrainedFolder.PlansName));
        EnsembleOrigins origins = new(folders, new EnsembleOptions(), MadeBy, Option);
        ResultRecords records = new(output);
        Merge(cases, loop, one =>
        {
            string caseId = CaseName.Of(one.SegmentationPath);
            records.Write(caseId, origins.Of(caseId, one.Files), Path.Combine(output, caseId + Ending), saves, () =>
            {
                Merge(one, labels, loop.Cancel);
                return one.SegmentationPath;
            });
        });
        return [.. cases.Select(static c => CaseName.Of(c.SegmentationPath))];
    }

    /// <summary>Merges the validations of models over the same cases, whatever fold each case is in.</summary>
    /// <param name="models">The models.</param>
    /// <param name="folds">The folds.</param>
    /// <param name="output">Gets the segmentations, and the first model's <c>dataset.json</c> and <c>plans.json</c>.</param>
    /// <param name="overwrite">Whether cases that are there are merged again.</param>
    /// <param name="loop">How many cases at a time.</param>
    /// <exception cref="DescribedException">Folds or probabilities are missing, damaged or do not fit each other.</exception>
    public static void MergeValidations(IReadOnlyList<TrainedFolder> models, IReadOnlyList<int> folds, string output, bool overwrite, SegmentationLoop loop)
    {
        ResultLabels labels = models[0].Labels();
        List<Member> members = [];
        foreach (TrainedFolder model in models)
        {
            SortedDictionary<string, string> all = new(StringComparer.Ordinal);
            foreach (int fold in folds)
            {
                string validation = model.Validation(fold);
                SortedDictionary<string, string> files = CaseFolder.Files(validation, Ending);
                if (files.Count == 0) throw new EnsembleException(validation, "there are no probabilities (CASE.npz)", "validate the fold again with --npz (nnUNetv2_train … --val --npz), or give --disable_ensembling");
                foreach ((string name, string file) in files)
                {
                    if (!all.TryAdd(name, file)) throw new EnsembleException(file, "the case is in more than one fold", "remove what is not from this fold's validation");
                }
            }

            members.Add(new Member(model.Path, all));
        }

        IReadOnlyList<EnsembleCase> cases = Cases(members, output, labels.FileEnding, saves: false);
        if (overwrite && Directory.Exists(output)) Directory.Delete(output, recursive: true);
        Directory.CreateDirectory(output);
        Merge([.. cases.Where(static c => !File.Exists(c.SegmentationPath))], loop, one => Merge(one, labels, loop.Cancel));
        models[0].CopyDescriptionsTo(output);
    }

    private static void Merge(IReadOnlyList<EnsembleCase> cases, SegmentationLoop loop, Action<EnsembleCase> merge) => loop.Run("merging", [.. cases.Select(static c => c.SegmentationPath)], i => Bytes(cases[i].Files[0]), i =>
    {
        merge(cases[i]);
        return true;
    });

    /// <summary>Merges one case.</summary>
    private static void Merge(EnsembleCase one, ResultLabels labels, CancellationToken cancel)
    {
        ProbabilityProperties properties = ProbabilityProperties.Of(one.Files[0]);
        using ProbabilityMean mean = new(one.Files, Key, rounds: false, Option);
        if (mean.Classes != labels.Outputs)
        {
            string declared = labels.HasRegions ? $"{labels.Outputs} regions" : $"{labels.Outputs} labels with the background";
            throw new EnsembleException(one.Files[0], $"there are probabilities of {mean.Classes} outputs, but dataset.json declares {declared}", "give predictions of models of this data set");
        }

        if (properties.Geometry.Dimensions == 2 && mean.Extent.Z != 1) throw new EnsembleException(one.Files[0], $"there are {mean.Extent} voxels (z, y, x), but the image has two axes", $"predict the case again with {Option}");

        Volume<short> segmentation = new(mean.Extent, properties.Geometry);
        BoundingBox whole = new(new Extent(0, 0, 0), mean.Extent);
        IEnumerable<ReadOnlyMemory<float>> parts = CaseEnsemble.Decide(mean, segmentation, whole, LabelRule.OfProbabilities(labels.RegionsClassOrder), cancel);
        if (one.ProbabilityPath is { } saved)
        {
            NpzFile.Write(saved, [NpzEntry.FromParts(Key, [mean.Classes, mean.Extent.Z, mean.Extent.Y, mean.Extent.X], parts)]);
            properties.WriteFor(saved);
        }
        else
        {
            foreach (ReadOnlyMemory<float> _ in parts)
            {
                // each part decides some rows as it goes by
            }
        }

        ImageFile.WriteLabels(one.SegmentationPath, properties.Original is { } original ? Reorientation.To(segmentation, original) : segmentation);
    }

    /// <summary>Bytes that merging a case takes, by the header of its probabilities.</summary>
    private static long Bytes(string probabilities)
    {
        using NpzArrayReader reader = NpzArrayReader.Open(probabilities, Key);
        double voxels = reader.Shape.Skip(1).Aggregate(1.0, static (product, n) => product * n);
        return voxels <= Array.MaxLength
            ? (long)voxels * CaseEnsemble.BytesPerVoxel
            : throw new EnsembleException(probabilities, $"its shape is ({string.Join(", ", reader.Shape)}), which is too large", $"predict the case again with {Option}");
    }

    private static IReadOnlyList<EnsembleCase> Cases(IReadOnlyList<Member> members, string output, string ending, bool saves)
    {
        if (!ImageFile.WritableEndings.Contains(ending, StringComparer.OrdinalIgnoreCase)) throw new EnsembleException(output, ResultEnding.Fault(ending)!, "merge with the program that made the predictions");
        string[] names = [.. members.SelectMany(static m => m.Files.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (names.Length == 0) throw new EnsembleException(string.Join(", ", members.Select(static m => m.Where)), "there are no probabilities (CASE.npz)", $"predict with {Option}");
        string[] faults = [.. members.Select(m => (m.Where, Absent: names.Where(n => !m.Files.ContainsKey(n)).ToArray())).Where(static m => m.Absent.Length > 0)
            .Select(static m => $"{m.Where} lacks the probabilities of {m.Absent.Length} cases, the first is {m.Absent[0]}")];
        if (faults.Length > 0) throw new EnsembleException("ensemble", string.Join("; ", faults), $"predict the same images with every model, with {Option}");

        return [.. names.Select(n => new EnsembleCase([.. members.Select(m => m.Files[n])], Path.Combine(output, n + ending), saves ? Path.Combine(output, n + Ending) : null))];
    }

    /// <summary>The probabilities of one model by case.</summary>
    private sealed record Member(string Where, IReadOnlyDictionary<string, string> Files);
}
