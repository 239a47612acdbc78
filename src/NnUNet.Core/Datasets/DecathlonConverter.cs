using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets;

/// <summary>How far a conversion is.</summary>
/// <param name="File">The image that is done; empty at the beginning.</param>
/// <param name="Done">Images that are done.</param>
/// <param name="Total">Images in all.</param>
public readonly record struct ConversionProgress(string File, int Done, int Total);

/// <summary>Brings a Medical Segmentation Decathlon task into the raw folder: one file per channel, a three-digit number.</summary>
/// <remarks>
/// Command: <c>nnUNet_convert_decathlon_task</c>. Hidden files (<c>._name</c>) are skipped, not deleted as the original does.
/// Source: nnunet/experiment_planning/nnUNet_convert_decathlon_task.py; utils.py, split_4d; common_utils.py, split_4d_nifti.
/// </remarks>
public static partial class DecathlonConverter
{
    private const string UnfinishedPrefix = ".converting-";

    /// <summary>Converts <c>TaskXX_NAME</c> to <c>TaskXXX_NAME</c> and replaces an earlier conversion of the same name.</summary>
    /// <param name="inputFolder">The task's folder with <c>dataset.json</c>, <c>imagesTr</c>, <c>labelsTr</c> and, where there are any, <c>imagesTs</c>.</param>
    /// <param name="outputTaskId">The number of the result; null keeps that of the input.</param>
    /// <param name="workspace">Where the raw tasks lie.</param>
    /// <param name="threads">Images at a time; 0 means the default.</param>
    /// <param name="progress">Reports the beginning, and every finished image.</param>
    /// <param name="cancel">Stops between images; nothing is left behind.</param>
    /// <returns>The name of the new task.</returns>
    /// <exception cref="DatasetException">The folder is not a task, or images cannot be read; all faults in one report.</exception>
    public static string Convert(
        string inputFolder,
        int? outputTaskId,
        Workspace workspace,
        int threads = 0,
        IProgress<ConversionProgress>? progress = null,
        CancellationToken cancel = default)
    {
        string input = Path.TrimEndingDirectorySeparator(Path.GetFullPath(inputFolder));
        string task = OutputName(input, outputTaskId);
        TaskNumber.RefuseSecondName(task, workspace, "-output_task_id");
        string output = workspace.RawTask(task);
        WorkFolder.RemoveAbandoned(workspace.RawTasks, UnfinishedPrefix);
        using WorkFolder unfinished = WorkFolder.Create(workspace.RawTasks, UnfinishedPrefix);
        ConvertInto(unfinished.Path, input, threads, progress, cancel);
        AtomicFile.Copy(Path.Combine(input, DatasetDescription.FileName), Path.Combine(unfinished.Path, DatasetDescription.FileName));
        if (Directory.Exists(output)) Directory.Delete(output, recursive: true);
        Directory.Move(unfinished.Path, output);
        return task;
    }

    /// <summary>The name that a conversion gives the task.</summary>
    /// <param name="inputFolder">The Decathlon task's folder.</param>
    /// <exception cref="DatasetException">The folder is not a Decathlon task.</exception>
    public static string TaskOf(string inputFolder) => OutputName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(inputFolder)), null);

    /// <summary>Writes the images, one file a channel, and the labels of a task into a folder.</summary>
    internal static void ConvertInto(string output, string input, int threads, IProgress<ConversionProgress>? progress, CancellationToken cancel)
    {
        ConvertImages(input, output, threads, progress, cancel);
        CopyLabels(input, output);
    }

    /// <summary>The number and the name of a Decathlon task.</summary>
    /// <param name="input">The task's folder, a full path.</param>
    /// <param name="further">What else is wrong.</param>
    /// <exception cref="DatasetException">The folder is not a Decathlon task, or something else is wrong.</exception>
    internal static (int Id, string Name) Identify(string input, params IEnumerable<DatasetFault> further)
    {
        string name = Path.GetFileName(input);
        Match match = TaskPattern().Match(name);
        List<DatasetFault> faults = [];
        if (!match.Success) faults.Add(new DatasetFault(name, "the folder's name is not TaskXX_NAME", "give the folder as it was downloaded, such as Task04_Hippocampus"));
        foreach (string needed in new[] { DatasetFolder.TrainingImages, DatasetFolder.TrainingLabels })
        {
            if (!Directory.Exists(Path.Combine(input, needed))) faults.Add(new DatasetFault(needed, "the folder is missing", "give a Decathlon task with imagesTr and labelsTr"));
        }

        if (!File.Exists(Path.Combine(input, DatasetDescription.FileName)))
        {
            faults.Add(new DatasetFault(DatasetDescription.FileName, "the file is missing", "give a Decathlon task with its dataset.json"));
        }

        faults.AddRange(further);
        return faults.Count > 0
            ? throw new DatasetException(input, faults)
            : (int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["name"].Value);
    }

    private static string OutputName(string input, int? outputTaskId)
    {
        (int id, string name) = Identify(input, TaskNumber.FaultIn(outputTaskId, "-output_task_id") is { } fault ? [fault] : []);
        return Workspace.TaskName(outputTaskId ?? id, name);
    }

    private static void ConvertImages(string input, string output, int threads, IProgress<ConversionProgress>? progress, CancellationToken cancel)
    {
        (ImageLocation Image, string Folder)[] images =
        [
            .. from folder in new[] { DatasetFolder.TrainingImages, DatasetFolder.TestImages }
               where Directory.Exists(Path.Combine(input, folder))
               from image in ImageFolder.Of(Path.Combine(input, folder)).Images
               select (image, Directory.CreateDirectory(Path.Combine(output, folder)).FullName),
        ];
        if (images.Length == 0)
        {
            (string what, string remedy) = OtherContents.Of(Path.Combine(input, DatasetFolder.TrainingImages), "there are no images", "give a complete task");
            throw new DatasetException(input, [new DatasetFault(DatasetFolder.TrainingImages, what, remedy)]);
        }

        progress?.Report(new ConversionProgress("", 0, images.Length));
        IReadOnlyList<CaseFault> faults = new CaseLoop(threads, new MemoryBudget(0), cancel).Run(
            images.Length,
            i => new CaseNeed(DatasetFolder.Relative(images[i].Image.Path), Bytes(images[i].Image)),
            i => SplitChannels(images[i].Image, images[i].Folder),
            (i, done) => progress?.Report(new ConversionProgress(DatasetFolder.Relative(images[i].Image.Path), done, images.Length)));
        if (faults.Count > 0)
        {
            throw new DatasetException(input, [.. faults.Select(f => DatasetFault.From(DatasetFolder.Relative(images[f.Index].Image.Path), f.Fault))]);
        }
    }

    /// <summary>Bytes that a conversion takes at most, by the file's header; images of one channel are only copied.</summary>
    private static long Bytes(ImageLocation image)
    {
        ImageHeader header = ImageFile.ReadHeader(image.Path);
        return header.Channels == 1 ? 0 : header.Extent.Count * (header.Channels + 1) * sizeof(float);
    }

    private static void SplitChannels(ImageLocation image, string folder)
    {
        if (ImageFile.ReadHeader(image.Path).Channels == 1)
        {
            image.CopyTo(folder, CaseName.ChannelFile(image.Name, 0, ""));
            return;
        }

        IReadOnlyList<Volume<float>> channels = ImageFile.ReadChannels(image.Path);
        string ending = ResultEnding.Like(image);
        for (int c = 0; c < channels.Count; c++) ImageFile.WriteVolume(Path.Combine(folder, CaseName.ChannelFile(image.Name, c, ending)), channels[c], image);
    }

    private static void CopyLabels(string input, string output)
    {
        string labels = Directory.CreateDirectory(Path.Combine(output, DatasetFolder.TrainingLabels)).FullName;
        foreach (ImageLocation label in ImageFolder.Of(Path.Combine(input, DatasetFolder.TrainingLabels)).Images) label.CopyTo(labels);
    }

    [GeneratedRegex("^Task(?<id>[0-9]{2,3})_(?<name>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TaskPattern();
}
