using NnUNet.Core;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Interop.V2.Datasets;

/// <summary>Makes raw data sets of v2: of v1's, and of the Medical Segmentation Decathlon's.</summary>
/// <remarks>
/// A data set appears as a whole or not at all, and takes the place of no other. Source:
/// nnunetv2/dataset_conversion/convert_raw_dataset_from_old_nnunet_format.py and convert_MSD_dataset.py.
/// </remarks>
internal static class DatasetConversion
{
    private const string UnfinishedPrefix = ".converting-";

    private static readonly string[] Required = [DatasetFolder.TrainingImages, DatasetFolder.TrainingLabels];
    private static readonly string[] Further = [DatasetFolder.TestImages, "labelsTs", "imagesVal", "labelsVal"];

    /// <summary>Copies a raw task of v1 to <c>RAW/DatasetXXX_NAME</c>.</summary>
    /// <param name="input">The task's folder.</param>
    /// <param name="dataset">The new name, <c>DatasetXXX_NAME</c>.</param>
    /// <param name="workspace">The folders.</param>
    /// <param name="progress">Reports after every file.</param>
    /// <param name="cancel">Stops between files; nothing is left behind.</param>
    /// <returns>The new folder.</returns>
    /// <exception cref="DescribedException">The folder is no such task, or the name cannot be or is taken.</exception>
    public static string OfVersion1(string input, string dataset, Version2Workspace workspace, IProgress<ConversionProgress>? progress = null, CancellationToken cancel = default)
    {
        if (!Version2Workspace.IsDatasetName(dataset)) throw new DescribedException(dataset, "this is no name of a data set", "name it DatasetXXX_NAME, such as Dataset004_Hippocampus");
        string output = workspace.RawDataset(dataset);
        if (Directory.Exists(output)) throw new DescribedException(output, "there is a data set of this name already", "choose another name, or remove it yourself");
        RefuseNumber(workspace, Version2Workspace.DatasetId(dataset), "choose another number", except: dataset);
        string[] missing = [.. Required.Where(f => !Directory.Exists(Path.Combine(input, f))), .. File.Exists(Path.Combine(input, ResultLabels.FileName)) ? [] : new[] { ResultLabels.FileName }];
        if (missing.Length > 0) throw new DescribedException(input, $"{string.Join(", ", missing)} missing", "give the folder of a raw task, such as nnUNet_raw_data/Task004_Hippocampus");

        return Make(workspace, output, unfinished =>
        {
            (string From, string To)[] files =
            [
                .. from folder in Required.Concat(Further)
                   let source = Path.Combine(input, folder)
                   where Directory.Exists(source)
                   from file in VisibleFiles.In(source)
                   select (file, Path.Combine(Directory.CreateDirectory(Path.Combine(unfinished, folder)).FullName, Path.GetFileName(file))),
            ];
            for (int i = 0; i < files.Length; i++)
            {
                cancel.ThrowIfCancellationRequested();
                AtomicFile.Copy(files[i].From, files[i].To);
                progress?.Report(new ConversionProgress(DatasetFolder.Relative(files[i].From), i + 1, files.Length));
            }

            ConvertedDescription.Write(Path.Combine(input, ResultLabels.FileName), unfinished, "tensorImageSize", "numTest", "training", "test");
        });
    }

    /// <summary>Converts a task of the Decathlon, images of several channels into one file a channel, to <c>RAW/DatasetXXX_NAME</c>.</summary>
    /// <param name="input">The task's folder, <c>TaskXX_NAME</c>.</param>
    /// <param name="id">The number of the data set; null for the task's.</param>
    /// <param name="workspace">The folders.</param>
    /// <param name="threads">Images at a time; 0 means the default.</param>
    /// <param name="progress">Reports after every image.</param>
    /// <param name="cancel">Stops between images; nothing is left behind.</param>
    /// <returns>The new folder.</returns>
    /// <exception cref="DescribedException">The folder is no such task, its number is taken, or images cannot be read.</exception>
    public static string OfDecathlon(string input, int? id, Version2Workspace workspace, int threads = 0, IProgress<ConversionProgress>? progress = null, CancellationToken cancel = default)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(input));
        (int own, string name) = DecathlonConverter.Identify(full);
        int number = id ?? own;
        RefuseNumber(workspace, number, "give another one with -overwrite_id");
        return Make(workspace, workspace.RawDataset(Version2Workspace.DatasetName(number, name)), unfinished =>
        {
            DecathlonConverter.ConvertInto(unfinished, full, threads, progress, cancel);
            ConvertedDescription.Write(Path.Combine(full, ResultLabels.FileName), unfinished, "training", "test");
        });
    }

    private static string Make(Version2Workspace workspace, string output, Action<string> fill)
    {
        WorkFolder.RemoveAbandoned(workspace.Raw, UnfinishedPrefix);
        using WorkFolder unfinished = WorkFolder.Create(workspace.Raw, UnfinishedPrefix);
        fill(unfinished.Path);
        Directory.Move(unfinished.Path, output);
        return output;
    }

    /// <summary>Refuses a number that another data set has, in any of the three folders: no command would find either by it.</summary>
    private static void RefuseNumber(Version2Workspace workspace, int number, string remedy, string? except = null)
    {
        string[] taken = [.. workspace.Datasets().Where(d => d != except && Version2Workspace.DatasetId(d) == number)];
        if (taken.Length > 0) throw new DescribedException($"data set {number}", $"the number is taken by {string.Join(", ", taken)}", remedy);
    }
}
