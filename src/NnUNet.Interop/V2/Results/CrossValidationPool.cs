using NnUNet.Core;
using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Interop.V2.Results;

/// <summary>Pools the validations of a model's folds in one folder and scores them: <c>nnUNetv2_accumulate_crossval_results</c>.</summary>
/// <remarks>Source: nnunetv2/evaluation/accumulate_cv_results.py.</remarks>
internal static class CrossValidationPool
{
    /// <summary>Copies the segmentations, writes <c>summary.json</c>, <c>dataset.json</c> and <c>plans.json</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folds">The folds.</param>
    /// <param name="output">Gets the results.</param>
    /// <param name="references">The folder of the references.</param>
    /// <param name="overwrite">Whether the folder is made again; else what is missing is added.</param>
    /// <param name="loop">How many cases at a time.</param>
    /// <returns>The scores.</returns>
    /// <exception cref="DescribedException">Folds, references or files are missing or do not fit.</exception>
    public static SummaryMeans Run(TrainedFolder model, IReadOnlyList<int> folds, string output, string references, bool overwrite, SegmentationLoop loop)
    {
        ResultLabels labels = model.Labels();
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (int fold in folds)
        {
            string validation = model.Validation(fold);
            foreach (string name in ResultSummary.Files(validation, labels.FileEnding))
            {
                string file = Path.Combine(validation, name);
                if (!files.TryAdd(name, file)) throw new DescribedException(file, $"this case is in another fold too ({files[name]})", "remove what is not from this fold's validation");
            }
        }

        if (overwrite && Directory.Exists(output)) Directory.Delete(output, recursive: true);
        Directory.CreateDirectory(output);
        model.CopyDescriptionsTo(output);
        bool copied = false;
        foreach ((string name, string file) in files)
        {
            if (File.Exists(Path.Combine(output, name))) continue;
            ImageLocation.Of(file)!.CopyTo(output);
            copied = true;
        }

        string path = Path.Combine(output, ResultSummary.FileName);
        if (!copied && File.Exists(path)) return SummaryMeans.Read(path);
        ResultSummary summary = ResultSummary.Of(ResultSummary.Pairs(references, output, labels.FileEnding, complete: false), labels.Structures, labels.IgnoreLabel, loop);
        summary.Write(path);
        return summary.Means;
    }

    /// <summary>The folder of a data set's references: the raw one where it is there, else the preprocessed one's copies.</summary>
    /// <param name="workspace">The folders.</param>
    /// <param name="dataset">The data set's full name.</param>
    /// <param name="preprocessed">Whether the preprocessed one's come first.</param>
    /// <exception cref="DescribedException">Neither is there.</exception>
    public static string References(Version2Workspace workspace, string dataset, bool preprocessed = false)
    {
        string raw = Path.Combine(workspace.RawDataset(dataset), DatasetFolder.TrainingLabels);
        string copies = Path.Combine(workspace.Preprocessed, dataset, ReferenceSegmentations.TaskFolder);
        return (preprocessed ? (string[])[copies, raw] : [raw, copies]).FirstOrDefault(Directory.Exists)
            ?? throw new DescribedException(raw, $"there is no such folder, nor {copies}, so the references are not known", "put the raw or the preprocessed data set there");
    }
}
