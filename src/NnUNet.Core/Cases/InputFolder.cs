using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cases;

/// <summary>A case of an input folder: its files, or why it cannot be predicted.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Channels">Paths of the channels in their order.</param>
/// <param name="Fault">What is wrong; null when nothing is.</param>
/// <param name="PreviousStage">The segmentation of the cascade's first stage; null where the model needs none.</param>
public sealed record InputCase(string CaseId, ValueArray<string> Channels, string? Fault, string? PreviousStage = null)
{
    /// <summary>The image that the results belong to: the first channel's; null for a case that is at fault.</summary>
    public ImageLocation? Reference => Channels.Count > 0 ? ImageLocation.Of(Channels[0]) : null;
}

/// <summary>Finds the cases of a folder by their files' names: <c>CASE_0000.nii.gz</c>, <c>CASE_0001.nii.gz</c>, …</summary>
/// <remarks>
/// For models of one channel, folders and archives that are images (a DICOM series) need no channel's number, and the folder or archive itself may be the image of one case.
/// Source: nnunet/inference/predict.py, check_input_folder_and_return_caseIDs.
/// </remarks>
public static class InputFolder
{
    private const int NamesShown = 5;

    /// <summary>The cases in the order of their names, and the images that belong to none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="channels">Channels that the model needs.</param>
    /// <exception cref="DescribedException">There is no such folder, or no case in it.</exception>
    public static (IReadOnlyList<InputCase> Cases, IReadOnlyList<string> Others) Find(string folder, int channels)
    {
        ImageLocation? whole = ImageLocation.Of(Path.GetFullPath(folder));
        if (File.Exists(folder) && whole is not { IsSeries: true }) throw new DescribedException(folder, "the input is one file, not a folder", "put it as CASE_0000 into a folder of its own, and give that folder");
        if (!File.Exists(folder) && !Directory.Exists(folder)) throw new DescribedException(folder, "there is no such input folder", "check the path");

        if (whole is { IsSeries: true, Exists: true })
        {
            if (channels == 1) return ([new InputCase(CaseName.TrySplit(whole.Name, out string named, out _) ? named : whole.Name, [whole.Path], Fault: null)], []);
            throw new DescribedException(folder, $"the input {(whole.IsFolder ? "folder" : "archive")} is one image itself, but the model needs {channels} channels", "put it as CASE_0000 into a folder of its own, beside CASE_0001 and so on, and give that folder");
        }

        // A folder that is called like a file of an image is a case too, and a fault of it: passed over, nobody would miss it.
        IEnumerable<ImageLocation> folders = VisibleFiles.FoldersIn(folder).Where(ImageFile.IsImage).Select(ImageLocation.Of).OfType<ImageLocation>().Where(static l => !l.IsFolder);
        IReadOnlyList<ImageLocation> images = [.. ImageFolder.Of(folder).Images, .. folders];
        SortedDictionary<string, List<(int Channel, ImageLocation Image)>> cases = new(StringComparer.Ordinal);
        List<string> others = [];
        foreach (ImageLocation image in images)
        {
            if (!CaseName.TrySplit(image.Name, out string id, out int channel))
            {
                if (channels == 1 && image.IsSeries)
                {
                    Add(image.Name, 0, image); // a series in a folder or archive that has the case's name alone
                    continue;
                }

                others.Add(image.FileName);
                continue;
            }

            Add(id, channel, image);
        }

        if (cases.Count == 0)
        {
            string naming = $"name the files CASE_0000.nii.gz, CASE_0001.nii.gz and so on, one a channel (known endings: {string.Join(", ", ImageFile.Endings)}); a DICOM series is a folder CASE_0000 of its files, or a zip archive of them";
            (string what, string remedy) = images.Count == 0
                ? OtherContents.Of(folder, "there is no image", naming)
                : ($"no image's name ends with a channel's number ({string.Join(", ", others.Take(NamesShown))}{(others.Count > NamesShown ? ", …" : "")})", Conversion(folder) ?? $"{naming}; an image of four axes must be split into one file a channel");
            throw new DescribedException(folder, what, remedy);
        }

        return ([.. cases.Select(c => Case(c.Key, c.Value, channels))], others);

        void Add(string id, int channel, ImageLocation image)
        {
            if (!cases.TryGetValue(id, out List<(int, ImageLocation)>? files)) cases[id] = files = [];
            files.Add((channel, image));
        }
    }

    /// <summary>What to do with a folder of a data set as the Medical Segmentation Decathlon hands it out; null where it is none.</summary>
    private static string? Conversion(string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), name = Path.GetFileName(full);
        return name.StartsWith("images", StringComparison.Ordinal) && Path.GetDirectoryName(full) is { } task && File.Exists(Path.Combine(task, "dataset.json"))
            ? $"these are images of a data set that is not converted yet: nnUNet_convert_decathlon_task -i {task} makes one file a channel of them, in {name} of the task in the raw folder, which is to be given here"
            : null;
    }

    private static InputCase Case(string id, List<(int Channel, ImageLocation Image)> files, int channels)
    {
        string[] expected = [.. Enumerable.Range(0, channels).Select(c => CaseName.ChannelFile(id, c, ""))];
        string[] missing = [.. expected.Where((_, c) => files.All(f => f.Channel != c)), .. files.Where(static f => !IsWrongFolder(f.Image)).SelectMany(static f => f.Image.MissingFiles).Select(static f => Path.GetFileName(f))];
        string[] folders = [.. files.Where(static f => IsWrongFolder(f.Image)).Select(static f => f.Image.FileName)];
        string[] surplus = [.. files.Where(f => f.Channel >= channels).Select(static f => f.Image.FileName)];
        string[] twice = [.. files.GroupBy(static f => f.Channel).Where(static g => g.Count() > 1).SelectMany(static g => g.Select(static f => f.Image.FileName))];
        List<string> faults = [];
        if (missing.Length > 0) faults.Add($"{string.Join(", ", missing)} missing");
        if (folders.Length > 0) faults.Add($"{string.Join(", ", folders)} {(folders.Length == 1 ? "is a folder, not a file" : "are folders, not files")}");
        if (surplus.Length > 0) faults.Add($"{string.Join(", ", surplus)} too many");
        if (twice.Length > 0) faults.Add($"{string.Join(", ", twice)} are one channel twice");
        if (missing.Length > 0 && files.Select(static f => SeveralChannels(f.Image)).FirstOrDefault(static f => f is not null) is { } several) faults.Add(several);
        return new InputCase(
            id,
            faults.Count > 0 ? [] : files.OrderBy(static f => f.Channel).Select(static f => f.Image.Path).ToValueArray(),
            faults.Count > 0 ? $"the model needs {channels} channel{(channels == 1 ? "" : "s")}: {string.Join("; ", faults)}" : null);
    }

    /// <summary>What is to be done with a file of several channels, such as a coloured picture; null for others.</summary>
    private static string? SeveralChannels(ImageLocation image)
    {
        try
        {
            return !IsWrongFolder(image) && image.MissingFiles.Count == 0 && ImageFile.ReadHeader(image.Path) is { Channels: > 1 } header
                ? $"{image.FileName} has {header.Channels} channels in one file, of which nnunet convert_images makes one file each"
                : null;
        }
        catch (DescribedException)
        {
            return null; // whoever reads it says what is wrong
        }
    }

    private static bool IsWrongFolder(ImageLocation image) => !image.IsFolder && Directory.Exists(image.Path);
}
