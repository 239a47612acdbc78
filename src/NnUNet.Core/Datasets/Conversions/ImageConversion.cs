using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>How images are converted to another format.</summary>
public sealed record ImageConversionOptions
{
    /// <summary>The ending of what is written, which chooses its format.</summary>
    /// <value>.nii.gz.</value>
    public string Ending { get; init; } = ResultEnding.Default;

    /// <summary>Whether the images are label maps: whole numbers of one channel, named <c>CASE</c> instead of <c>CASE_0000</c>.</summary>
    /// <value>No.</value>
    public bool Labels { get; init; }

    /// <summary>Which labels values become, by value, range of values (56-70, 100-) or <c>*</c> for all others. Values that are not named stay.</summary>
    /// <value>None: all stay.</value>
    public IReadOnlyDictionary<string, int> Transform { get; init; } = new Dictionary<string, int>();

    /// <summary>A JSON file with the label of each colour; see <see cref="LabelColors"/>.</summary>
    /// <value>Null: label maps are of one channel, or grey.</value>
    public string? LabelColors { get; init; }

    /// <summary>Millimetres (z, y, x), or (y, x) for pictures, in the place of what the files say.</summary>
    /// <value>Empty: what the files say.</value>
    public ValueArray<double> Spacing { get; init; } = [];

    /// <summary>Whether PET of DICOM becomes SUV by body weight (g/ml), instead of its stored unit (Bq/ml).</summary>
    /// <value>No.</value>
    public bool StandardUptake { get; init; }

    /// <summary>Cases at a time.</summary>
    /// <value>0: the machine's cores.</value>
    public int Threads { get; init; }
}

/// <summary>What a conversion did.</summary>
/// <param name="Read">Images that were read.</param>
/// <param name="Written">The files that were written, in the order of the cases.</param>
/// <param name="PassedOver">Files that were no images, and why: one line each.</param>
/// <param name="Warnings">What was irregular in images that were read, one line each.</param>
public sealed record ImageConversionReport(int Read, IReadOnlyList<string> Written, IReadOnlyList<string> PassedOver, IReadOnlyList<string> Warnings);

/// <summary>Converts images and label maps of any format to any that is written, one file a channel.</summary>
/// <remarks>
/// Command: <c>nnunet convert_images</c>. The channels of a case are numbered through, over all its files in their order, as nnU-Net v2 stacks them.
/// Source: nnunet/utilities/file_conversions.py (convert_2d_image_to_nifti, convert_3d_tiff_to_nifti, convert_2d_segmentation_nifti_to_img, convert_3d_segmentation_nifti_to_tiff).
/// </remarks>
public static class ImageConversion
{
    /// <summary>Converts an image or a folder of images.</summary>
    /// <param name="input">An image (a file, or a folder that is one), or a folder of images.</param>
    /// <param name="output">A folder, made where it is missing; for one image also the file to write, with an ending that is written.</param>
    /// <param name="options">Ending, labels, spacing, threads.</param>
    /// <param name="progress">Reports every finished case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <exception cref="DatasetException">Images cannot be read or written; all of them in one report. The others are converted.</exception>
    /// <exception cref="DescribedException">There are no images, options contradict each other, or the results would lie over the images.</exception>
    public static ImageConversionReport Run(
        string input, string output, ImageConversionOptions? options = null, IProgress<ConversionProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new ImageConversionOptions();
        using IDisposable unit = StandardUptake.Ask(options.StandardUptake);
        ImageLocation? one = ImageLocation.Of(input) is { Exists: true } single ? single : null;
        Plan plan = PlanOf(input, output, one is not null, options);
        IReadOnlyList<ImageLocation> images = one is not null ? [one] : ImageFolder.Of(input).Images;
        if (images.Count == 0) throw OtherContents.Error(input, "there are no images", $"give an image or a folder of images (known endings: {string.Join(", ", ImageFile.Endings)})");

        CaseOfFiles[] cases = [.. CasesOf(images, options.Labels)];
        if (cases.FirstOrDefault(static c => c.Images.Count > 1 && (c.Images.DistinctBy(static i => i.Name).Count() < c.Images.Count || c.Images.Any(static i => !CaseName.TrySplit(i.Name, out _, out _)))) is { } twice)
        {
            throw new DescribedException(input, $"{string.Join(" and ", twice.Images.Select(static i => i.FileName))} are the same case", "convert them apart from each other");
        }

        string[][] written = new string[cases.Length][];
        List<string> warnings = [];
        IReadOnlyList<CaseFault> faults = new CaseLoop(options.Threads, new MemoryBudget(0), cancel).Run(
            cases.Length,
            i => new CaseNeed(cases[i].Name, SourceVoxels.Bytes(cases[i].Images)),
            i => written[i] = Convert(cases[i], plan, warnings),
            (i, done) => progress?.Report(new ConversionProgress(cases[i].Name, done, cases.Length)));
        if (faults.Count > 0) throw new DatasetException(input, [.. faults.Select(f => DatasetFault.From(cases[f.Index].Name, f.Fault))]);
        return new ImageConversionReport(images.Count, [.. written.SelectMany(static w => w)], one is not null ? [] : PassedOver(input, images), [.. warnings.Order(StringComparer.Ordinal)]);
    }

    private static Plan PlanOf(string input, string output, bool isOne, ImageConversionOptions options)
    {
        List<string> faults = [];
        if (options.Transform.Count > 0 && !options.Labels) faults.Add("values are turned into labels only of label maps (--labels)");
        if (options.LabelColors is not null && !options.Labels) faults.Add("colours are turned into labels only of label maps (--labels)");
        if (options.Spacing.Count is not (0 or 2 or 3) || options.Spacing.Any(static s => !(s > 0 && double.IsFinite(s)))) faults.Add("the spacing must be two (y, x) or three (z, y, x) positive numbers of millimetres");
        LabelMap map = LabelMap.Of(options.Transform, faults);
        bool toFile = isOne && !Directory.Exists(output) && ImageFile.CanWrite(output);
        string ending = toFile ? CaseName.Ending(output) : options.Ending.ToLowerInvariant();
        if (ResultEnding.Fault(ending) is { } fault) faults.Add(fault);
        if (faults.Count > 0) throw new DescribedException(input, string.Join("; ", faults), "correct the options");

        string folder = Path.GetFullPath(toFile ? Path.GetDirectoryName(Path.GetFullPath(output))! : output);
        string from = Path.GetFullPath(Path.TrimEndingDirectorySeparator(isOne ? Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(input)))! : input));
        if (!toFile && folder == from) throw new DescribedException(output, "the results would lie among the images", "give another folder with -o");
        if (toFile && Path.GetFullPath(output) == Path.GetFullPath(input)) throw new DescribedException(output, "the result would lie over the image", "give another name with -o");
        return new Plan(options, folder, ending, toFile ? Path.GetFileName(output)[..^ending.Length] : null, map, options.LabelColors is { } file ? LabelColors.Read(file) : null);
    }

    private static IEnumerable<CaseOfFiles> CasesOf(IReadOnlyList<ImageLocation> images, bool labels) => images
        .Select(image => (Image: image, Case: !labels && CaseName.TrySplit(image.Name, out string id, out _) ? id : image.Name))
        .GroupBy(static i => i.Case, StringComparer.Ordinal)
        .Select(static g => new CaseOfFiles(g.Key, [.. g.Select(static i => i.Image).OrderBy(static i => i.Name, StringComparer.Ordinal)]));

    private static string[] Convert(CaseOfFiles one, Plan plan, List<string> warnings)
    {
        ImageHeader[] headers = [.. one.Images.Select(static i => ImageFile.ReadHeader(i.Path))];
        lock (warnings) warnings.AddRange(one.Images.Zip(headers).SelectMany(static i => i.Second.Warnings.Select(w => $"{i.First.FileName}: {w}")));
        if (plan.Options.Labels) return [ConvertLabels(one.Images[0], headers[0].LabelNames, plan)];

        // A file of one channel keeps its number; where a file has several, all are counted through.
        bool keeps = headers.All(static h => h.Channels == 1) && one.Images.All(static i => CaseName.TrySplit(i.Name, out _, out _));
        bool plain = plan.Stem is not null && headers.Sum(static h => h.Channels) == 1;
        List<string> written = [];
        int next = 0;
        foreach (ImageLocation image in one.Images)
        {
            foreach (Volume<float> channel in ImageFile.ReadChannels(image.Path))
            {
                int number = keeps && CaseName.TrySplit(image.Name, out _, out int own) ? own : next++;
                string stem = plan.Stem is { } given && CaseName.TrySplit(given, out string id, out _) && !plain ? id : plan.Stem ?? one.Name;
                string path = Path.Combine(plan.Folder, plain ? plan.Stem + plan.Ending : CaseName.ChannelFile(stem, number, plan.Ending));
                Volume<float> placed = channel.WithGeometry(Placed(image, channel.Extent, channel.Geometry, plan));
                SourceVoxels.Write(path, placed, image);
                written.Add(path);
            }
        }

        return [.. written];
    }

    private static string ConvertLabels(ImageLocation image, IReadOnlyDictionary<int, string> names, Plan plan)
    {
        IReadOnlyList<Volume<float>> channels = ImageFile.ReadChannels(image.Path);
        Volume<int> labels = plan.Colors is { } colors ? colors.Apply(image.FileName, channels) : Whole(image.FileName, channels);
        Volume<int> mapped = plan.Map.ApplyKeeping(labels);
        string path = Path.Combine(plan.Folder, (plan.Stem ?? image.Name) + plan.Ending);
        SourceVoxels.Write(path, new Volume<int>(mapped.Voxels, mapped.Extent, Placed(image, mapped.Extent, mapped.Geometry, plan)), image, plan.Map.ApplyKeeping(names));
        return path;
    }

    /// <summary>Labels of a grey image; of a coloured one whose red, green and blue are alike everywhere, too.</summary>
    private static Volume<int> Whole(string file, IReadOnlyList<Volume<float>> channels)
    {
        Volume<float> first = channels[0];
        if (channels.Count > 1 && !(channels.Count is 3 or 4 && channels.Skip(1).Take(2).All(c => c.Voxels.AsSpan().SequenceEqual(first.Voxels))))
        {
            throw new DescribedException(file, $"the label map has {channels.Count} channels that differ", "say which label each colour is (--label-colors FILE)");
        }

        int[] labels = new int[first.Voxels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (int)first.Voxels[i];
            if (labels[i] != first.Voxels[i]) throw new DescribedException(file, string.Create(CultureInfo.InvariantCulture, $"a voxel of the label map is {first.Voxels[i]:R}, but labels are whole numbers"), "correct the label map, or convert it without --labels");
        }

        return new Volume<int>(labels, first.Extent, first.Geometry);
    }

    private static ImageGeometry Placed(ImageLocation image, Extent extent, ImageGeometry geometry, Plan plan)
    {
        ValueArray<double> spacing = plan.Options.Spacing;
        if (spacing.Count == 0) return geometry;
        if (spacing.Count == 2)
        {
            if (extent.Z > 1) throw new DescribedException(image.FileName, $"it has {extent.Z} slices, but the spacing that is given has two numbers (y, x)", "give three (z, y, x)");
            return geometry with { ItkSpacing = [spacing[1], spacing[0], geometry.ItkSpacing[2]] };
        }

        bool flat = extent.Z == 1 && spacing[0] == Spacing.Flat;
        return geometry with { Dimensions = flat ? 2 : 3, ItkSpacing = [spacing[2], spacing[1], flat ? 1 : spacing[0]] };
    }

    /// <summary>What else lies in the folder: files that belong to no image, and folders.</summary>
    private static string[] PassedOver(string folder, IReadOnlyList<ImageLocation> images)
    {
        HashSet<string> used = [.. images.SelectMany(static i => i.IsFolder ? [i.Path] : i.Files).Select(Path.GetFullPath)];
        return
        [
            .. VisibleFiles.In(folder).Where(f => !used.Contains(Path.GetFullPath(f))).Select(static f => $"{Path.GetFileName(f)}: {(ImageLocation.Of(f) is { Format.IsPicture: true } ? "a picture beside an image of the same name" : "no image of a known format")}"),
            .. VisibleFiles.FoldersIn(folder).Where(f => !used.Contains(Path.GetFullPath(f))).Select(static f => $"{Path.GetFileName(f)}: a folder that is no image itself"),
        ];
    }

    /// <summary>The files of a case.</summary>
    private sealed record CaseOfFiles(string Name, IReadOnlyList<ImageLocation> Images);

    /// <summary>The options, understood.</summary>
    /// <param name="Options">As they were given.</param>
    /// <param name="Folder">Gets the files.</param>
    /// <param name="Ending">Their ending.</param>
    /// <param name="Stem">The name of the one file; null for the images' own.</param>
    /// <param name="Map">Which labels values become.</param>
    /// <param name="Colors">Which labels colours are; null for none.</param>
    private sealed record Plan(ImageConversionOptions Options, string Folder, string Ending, string? Stem, LabelMap Map, LabelColors? Colors);
}
