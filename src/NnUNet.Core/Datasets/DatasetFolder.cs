using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets;

/// <summary>A raw task on disk: <c>TaskXXX_NAME/{dataset.json, imagesTr, labelsTr, imagesTs}</c>.</summary>
/// <remarks>Source: nnunet/experiment_planning/utils.py, create_lists_from_splitted_dataset.</remarks>
public static class DatasetFolder
{
    /// <summary>The folder of the training images.</summary>
    public const string TrainingImages = "imagesTr";

    /// <summary>The folder of the training segmentations.</summary>
    public const string TrainingLabels = "labelsTr";

    /// <summary>The folder of the test images.</summary>
    public const string TestImages = "imagesTs";

    /// <summary>Reads <c>dataset.json</c> and finds the files of every training case, in the order of the cases' names.</summary>
    /// <exception cref="DatasetException">Files are missing or cases are listed twice; all of that in one report.</exception>
    /// <exception cref="DescribedException">There is no <c>dataset.json</c> or it cannot be read.</exception>
    public static (DatasetDescription Description, IReadOnlyList<CaseFiles> Cases) Open(string folder)
    {
        DatasetDescription description = DatasetDescription.Read(Path.Combine(folder, DatasetDescription.FileName));
        IReadOnlyList<CaseFiles> cases = TrainingCases(folder, description);
        DatasetFault[] faults = [.. description.LabelFaults(), .. Count(description, cases), .. Duplicates(cases), .. cases.SelectMany(static c => Missing(c))];
        return faults.Length == 0 ? (description, cases) : throw new DatasetException(Name(folder), faults);
    }

    /// <summary>The test cases that <c>dataset.json</c> lists, in its order, or that the folder has; their files need not exist.</summary>
    public static IReadOnlyList<CaseFiles> TestCases(string folder, DatasetDescription description)
    {
        ListedFiles files = new(folder);
        IEnumerable<string> images = description.ListsCases ? description.Test : Found(files.Folder(Path.Combine(folder, TestImages)), description);
        return [.. images.Select(image => Case(files.Of(image, TestImages), image, null, description.Modality.Count))];
    }

    /// <summary>The training cases that <c>dataset.json</c> lists, or that the folder has, in the order of their names; their files need not exist.</summary>
    internal static IReadOnlyList<CaseFiles> TrainingCases(string folder, DatasetDescription description)
    {
        ListedFiles files = new(folder);
        IEnumerable<TrainingEntry> entries = description.ListsCases
            ? description.Training
            : Found(files.Folder(Path.Combine(folder, TrainingImages)), description).Select(static image => new TrainingEntry($"{TrainingImages}/{image}", $"{TrainingLabels}/{image}"));
        return
        [
            .. entries
                .Select(t => Case(files.Of(t.Image, TrainingImages), t.Image, Label(files.Of(t.Label, TrainingLabels), t.Label), description.Modality.Count))
                .OrderBy(static c => c.CaseId + ".npz", StringComparer.Ordinal), // the original sorts file names
        ];
    }

    /// <summary>Whether there are cases, and as many as the file says.</summary>
    internal static IEnumerable<DatasetFault> Count(DatasetDescription description, IReadOnlyList<CaseFiles> cases)
    {
        if (description.FileEnding is { } ending && !description.ListsCases && !ImageFile.Endings.Contains(ending, StringComparer.OrdinalIgnoreCase))
        {
            yield return new DatasetFault(DatasetDescription.FileName, $"\"file_ending\" is \"{ending}\", which no image format that is read has", $"convert the images to one of {string.Join(", ", ImageFile.Endings)}");
        }
        else if (cases.Count == 0)
        {
            yield return description.ListsCases
                ? new DatasetFault(DatasetDescription.FileName, "no training case is listed", "list the cases under \"training\"")
                : new DatasetFault(TrainingImages, $"there is no image CASE_0000{description.FileEnding}, and {DatasetDescription.FileName} lists no cases", "put the images there, or list the cases under \"training\"");
        }
        else if (description.CountedCases is { } counted && counted != cases.Count)
        {
            yield return new DatasetFault(DatasetDescription.FileName, $"\"numTraining\" is {counted}, but {TrainingImages} has {cases.Count} cases", "correct the number, or add or remove cases");
        }
    }

    /// <summary>Cases that are listed more than once.</summary>
    internal static IEnumerable<DatasetFault> Duplicates(IReadOnlyList<CaseFiles> cases) =>
        from same in cases.GroupBy(static c => c.CaseId, StringComparer.Ordinal)
        where same.Count() > 1
        select new DatasetFault(DatasetDescription.FileName, $"the case {same.Key} is listed {same.Count()} times", "list it once");

    /// <summary>Files of a case that do not exist, those beside the ones that open its images among them.</summary>
    internal static IEnumerable<DatasetFault> Missing(CaseFiles files) =>
        from path in files.Label is null ? files.Channels.AsEnumerable() : files.Channels.Append(files.Label)
        from missing in MissingFiles(path)
        select new DatasetFault(
            Relative(missing), $"the file is missing, but {DatasetDescription.FileName} lists the case {files.CaseId}{Beside(missing)}", "add the file or remove the case");

    /// <summary>The files of an image that do not exist; of one that is named by another file than the one that opens it, that one.</summary>
    internal static IReadOnlyList<string> MissingFiles(string path) =>
        ImageLocation.Of(path) is { } image ? image.MissingFiles
        : ImageFile.OpeningFile(path) is { } opening && File.Exists(path) ? [opening]
        : File.Exists(path) ? [] : [path];

    /// <summary>Files that are there under another ending than <c>dataset.json</c> lists, and are taken for those that it means.</summary>
    internal static IEnumerable<DatasetFault> OtherEndings(DatasetDescription description, IReadOnlyList<CaseFiles> training, IReadOnlyList<CaseFiles> test)
    {
        Dictionary<string, CaseFiles> byId = training.Concat(test).DistinctBy(static c => c.CaseId).ToDictionary(static c => c.CaseId, StringComparer.Ordinal);
        IEnumerable<(string Listed, string File)> all =
        [
            .. description.Training.Select(static t => t.Image).Concat(description.Test).Where(i => byId.ContainsKey(CaseName.Of(i))).SelectMany(i => byId[CaseName.Of(i)].Channels.Select(c => (i, c))),
            .. description.Training.Where(t => byId.ContainsKey(t.CaseId) && byId[t.CaseId].Label is not null).Select(t => (t.Label, byId[t.CaseId].Label!)),
        ];
        return
            from file in all
            let there = ImageLocation.Of(file.File)
            let listed = CaseName.Ending(file.Listed)
            where there is { IsFolder: false, Exists: true } && !there.Ending.Equals(listed, StringComparison.OrdinalIgnoreCase) && ImageFile.OpeningFile(file.Listed) is null
            group file.File by (Folder: Path.GetFileName(Path.GetDirectoryName(file.File)), Listed: listed, Ending: there!.Ending) into same
            select new DatasetFault(
                Relative(same.First()),
                $"{DatasetDescription.FileName} lists {(same.Count() == 1 ? "it" : $"it and {same.Count() - 1} more files of {same.Key.Folder}")} as {same.Key.Listed}; {(same.Count() == 1 ? "it is" : "they are")} read as {same.Key.Ending}",
                $"correct {DatasetDescription.FileName} (nnunet generate_dataset_json writes it anew) where the Python nnU-Net shall read it too");
    }

    /// <summary>A file with its folder, separated by a slash, for messages.</summary>
    internal static string Relative(string path) => $"{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileName(path)}";

    /// <summary>The task's name: the folder's own.</summary>
    internal static string Name(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>The names without channel number of the images that a folder has, of the data set's ending.</summary>
    private static IEnumerable<string> Found(ImageFolder images, DatasetDescription description) =>
        from image in images.Images
        where description.FileEnding is null || image.Ending.Equals(description.FileEnding, StringComparison.OrdinalIgnoreCase)
        where CaseName.TrySplit(image.Name, out _, out int channel) && channel == 0
        select image.Name[..^"_0000".Length] + image.Ending;

    private static string Label(ImageFolder labels, string label) => Resolve(labels, Entry(labels, label, ""));

    /// <summary>
    /// Name and ending of an image that <c>dataset.json</c> lists. The folder decides where no format knows the ending: an image that is a
    /// folder may be called as it likes.
    /// </summary>
    private static (string Name, string Ending) Entry(ImageFolder folder, string listed, string suffix)
    {
        string name = CaseName.FileName(listed);
        return folder.Find(name + suffix, "") is null ? (CaseName.Of(listed), CaseName.Ending(listed)) : (ComposedForm.Of(name), "");
    }

    /// <summary>
    /// The file of a name and an ending; where the folder has it in another composition or case of the ending, as the folder has it. Where the
    /// folder has only one image of this name, it is meant, whatever its ending: a pair that is listed by its voxels (.img), .nii for .nii.gz.
    /// </summary>
    private static string Resolve(ImageFolder folder, (string Name, string Ending) image) =>
        (folder.Find(image.Name, image.Ending) ?? (folder.All(image.Name) is [var only] ? only : null))?.Path ?? Path.Combine(folder.Path, image.Name + image.Ending);

    /// <summary>The end of a sentence about a missing file that opens an image: what lies there of the same name.</summary>
    private static string Beside(string missing)
    {
        if (ImageFile.OpeningFile(missing) is not null) return "";

        string name = CaseName.Of(missing);
        string[] others = [.. VisibleFiles.In(Path.GetDirectoryName(missing)!, name + ".*").Where(p => CaseName.Of(p) == name).Select(Path.GetFileName).OfType<string>()];
        return others.Length == 0 ? "" : $"; {string.Join(" and ", others)} {(others.Length == 1 ? "is" : "are")} there";
    }

    private static CaseFiles Case(ImageFolder images, string image, string? label, int channels)
    {
        (string caseId, string ending) = Entry(images, image, CaseName.ChannelFile("", 0, ""));
        return new CaseFiles(caseId, Enumerable.Range(0, channels).Select(c => Resolve(images, (CaseName.ChannelFile(caseId, c, ""), ending))).ToValueArray(), label);
    }
}
