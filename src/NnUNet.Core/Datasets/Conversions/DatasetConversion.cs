using NnUNet.Core.Cases;
using NnUNet.Core.CrossValidation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>How a data set is converted.</summary>
public sealed record DatasetConversionOptions
{
    /// <summary>The task's number.</summary>
    /// <value>Null: the description's.</value>
    public int? TaskId { get; init; }

    /// <summary>Optional steps that are done too, by name.</summary>
    /// <value>None.</value>
    public ValueArray<string> With { get; init; }

    /// <summary>Cases at a time.</summary>
    /// <value>0: the machine's cores.</value>
    public int Threads { get; init; }
}

/// <summary>What a conversion has made.</summary>
/// <param name="Task">The task's full name.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Training">Training cases.</param>
/// <param name="Test">Test cases.</param>
/// <param name="Others">Cases that dataset.json does not list, such as those of a challenge's validation.</param>
/// <param name="Kept">Cases of all of them that an earlier run had made and that are current.</param>
/// <param name="Splits">The file of the folds; null where the data set has none of its own, or too few cases are there for them.</param>
/// <param name="Notices">What else there is to tell, one sentence each.</param>
public sealed record DatasetConversionResult(string Task, string Folder, int Training, int Test, int Others, int Kept, string? Splits, ValueArray<string> Notices);

/// <summary>Brings a data set into the raw folder, as a description of its layout says.</summary>
/// <remarks>
/// Command: <c>nnunet convert_dataset</c>. The source is only read. Files that need no change are copied, byte by byte; each case has a record
/// of what it was made from, so that a repeated call makes what is missing or has changed. dataset.json is written last.
/// Source: nnunet/dataset_conversion, whose scripts have folders written into them.
/// </remarks>
public sealed class DatasetConversion
{
    private readonly ConversionPlan _plan;
    private readonly IReadOnlyList<ConversionStep> _steps;
    private readonly SourceTree _tree;
    private readonly string _folder;
    private readonly string _stamp;
    private readonly DeclaredLabels _labels;
    private readonly bool _stepsChangeImages;

    private DatasetConversion(ConversionPlan plan, SourceTree tree, string folder, DatasetConversionOptions options)
    {
        (_plan, _tree, _folder) = (plan, tree, folder);
        _steps = ConversionPlan.Chosen(plan.Steps, options.With);
        _stepsChangeImages = _steps.Any(static s => s.ChangesImages);
        _stamp = Stamp.Hash([ProductJson.Print(plan.Description), .. options.With.Order(StringComparer.Ordinal)]);
        _labels = new DeclaredLabels(Enumerable.Range(0, plan.Description.Labels.Count));
    }

    /// <summary>Converts a data set.</summary>
    /// <param name="description">What it looks like.</param>
    /// <param name="source">The folder into which it was unpacked.</param>
    /// <param name="workspace">Where the raw tasks lie, and the folds of preprocessed ones.</param>
    /// <param name="options">The task's number, steps, threads.</param>
    /// <param name="progress">Reports every finished case.</param>
    /// <param name="cancel">Stops between cases; a repeated call goes on.</param>
    /// <exception cref="DatasetException">The number is not from 0 to 999, or cases are missing or cannot be converted, all in one report; those that could be are, and dataset.json is not written.</exception>
    /// <exception cref="DescribedException">The description is faulty, or the source is no folder.</exception>
    public static DatasetConversionResult Run(
        ConversionDescription description,
        string source,
        Workspace workspace,
        DatasetConversionOptions? options = null,
        IProgress<ConversionProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new DatasetConversionOptions();
        ConversionPlan plan = ConversionPlan.Of(description);
        if (TaskNumber.FaultIn(options.TaskId, "-t") is { } fault) throw new DatasetException(description.Name, [fault]);
        string task = Workspace.TaskName(options.TaskId ?? description.Task, description.Name);
        DatasetConversion conversion = new(plan, new SourceTree(source), workspace.RawTask(task), options);
        TaskNumber.RefuseSecondName(task, workspace, "-t");
        conversion.RefuseForeign(task);
        IReadOnlyList<FoundCase> cases = CaseFinder.Find(plan, conversion._tree);
        conversion.RemoveDescription();
        conversion.RemoveOthers(cases);
        int kept = conversion.Convert(task, cases, options.Threads, progress, cancel);
        DatasetDescription written = conversion.Describe(cases);
        ProductJson.Write(Path.Combine(conversion._folder, DatasetDescription.FileName), written);
        List<string> notices = [];
        string? splits = plan.Split is null ? null : WriteSplits(plan.Split, cases, workspace.PreprocessedTask(task), notices);
        return new DatasetConversionResult(
            task, conversion._folder, written.Training.Count, written.Test.Count, cases.Count - written.Training.Count - written.Test.Count, kept, splits, notices.ToValueArray());
    }

    private WrittenFiles Written => new(_folder);

    private void RefuseForeign(string task)
    {
        if (Directory.Exists(_folder) && !Directory.Exists(Path.Combine(_folder, ConversionRecord.FolderName)) && Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            throw new DatasetException(task, [new DatasetFault(_folder, "the folder is there, and no conversion has made it", "choose another number with -t, or move the folder away")]);
        }
    }

    /// <summary>Removes the dataset.json of an earlier conversion, which would list cases that this one may not get to.</summary>
    private void RemoveDescription()
    {
        string path = Path.Combine(_folder, DatasetDescription.FileName);
        if (File.Exists(path)) File.Delete(path);
    }

    /// <summary>Removes what an earlier conversion has made of cases that there are no more.</summary>
    private void RemoveOthers(IReadOnlyList<FoundCase> cases)
    {
        HashSet<string> current = [.. cases.Select(c => RecordOf(c))];
        foreach (string path in VisibleFiles.In(Path.Combine(_folder, ConversionRecord.FolderName), "*.json").Where(p => !current.Contains(p)))
        {
            if (ProductJson.ReadOrNull<ConversionRecord>(path) is { } record) Written.Remove(record.Files);
            File.Delete(path);
        }
    }

    private int Convert(string task, IReadOnlyList<FoundCase> cases, int threads, IProgress<ConversionProgress>? progress, CancellationToken cancel)
    {
        bool[] kept = new bool[cases.Count];
        Directory.CreateDirectory(Path.Combine(_folder, ConversionRecord.FolderName));
        IReadOnlyList<CaseFault> faults = new CaseLoop(threads, new MemoryBudget(0), cancel).Run(
            cases.Count,
            i => new CaseNeed(cases[i].Key, (kept[i] = IsCurrent(cases[i])) ? 0 : SourceVoxels.Bytes(cases[i].Images)),
            i =>
            {
                if (!kept[i]) Convert(cases[i]);
            },
            (i, done) => progress?.Report(new ConversionProgress(cases[i].CaseId, done, cases.Count)));
        return faults.Count == 0 ? kept.Count(static k => k) : throw new DatasetException(task, [.. faults.Select(f => DatasetFault.From(cases[f.Index].Key, f.Fault))]);
    }

    private string RecordOf(FoundCase one) => ConversionRecord.PathOf(_folder, one.Plan.ImageFolder, one.CaseId);

    private bool IsCurrent(FoundCase one) => ProductJson.ReadOrNull<ConversionRecord>(RecordOf(one)) is { } record
        && record.Description == _stamp
        && record.Sources == SourceStamps(one)
        && Written.AreCurrent(record.Files);

    private ValueArray<string> SourceStamps(FoundCase one) => one.Images.SelectMany(image => ImageLocation.Stamps(image.Path, _tree.Relative)).ToValueArray();

    private void Convert(FoundCase one)
    {
        if (ProductJson.ReadOrNull<ConversionRecord>(RecordOf(one)) is { } earlier) Written.Remove(earlier.Files);
        ValueArray<string> sources = SourceStamps(one);
        ImageHeader first = ImageFile.ReadHeader(one.Own.Image.Path);
        StepContext context = new(one.CaseId, first.Geometry);
        List<string> written = [];
        CaseVoxels voxels = new(one.SlicePart is { } part ? (part, one.Plan.Rule.SliceParts!.Value) : null);
        for (int c = 0; c < one.Channels.Count; c++) written.AddRange(WriteImage(one, c, voxels, context));
        if (one.Label is not null) written.AddRange(WriteLabel(one, voxels, context));
        ProductJson.Write(RecordOf(one), new ConversionRecord { Description = _stamp, Sources = sources, Files = Written.Stamps(written) });
    }

    private IReadOnlyList<string> WriteImage(FoundCase one, int channel, CaseVoxels voxels, StepContext context)
    {
        string folder = Path.Combine(_folder, one.Plan.ImageFolder);
        string name = CaseName.ChannelFile(one.CaseId, channel, "");
        FoundImage? found = one.Channels[channel];
        if (found is { Part: null } && one.SlicePart is null && !_stepsChangeImages)
        {
            if (ImageFile.ReadHeader(found.Image.Path) is { Channels: > 1 } header) throw ImageFile.NotOneChannel(found.Image.Path, header.Channels);
            return found.Image.CopyTo(folder, name);
        }

        FoundImage like = found ?? one.Own;
        Volume<float> image = voxels.Image(like);
        if (found is null) image = new Volume<float>(image.Extent, image.Geometry);
        image = _steps.Aggregate(image, (v, step) => step.Image(v, context));
        string path = Path.Combine(folder, SourceVoxels.Named(name, like.Image));
        SourceVoxels.Write(path, image, like.Image);
        return ImageLocation.FilesOf(path);
    }

    private IReadOnlyList<string> WriteLabel(FoundCase one, CaseVoxels voxels, StepContext context)
    {
        FoundImage found = one.Label!;
        string folder = Path.Combine(_folder, one.Plan.LabelFolder);
        string file = _tree.Relative(found.Path);
        Volume<int> labels = voxels.Labels(found);
        labels = _steps.Aggregate(labels, (v, step) => step.Labels(v, context));
        if (_plan.Map is { } map) labels = map.Apply(file, labels);
        SortedDictionary<int, long> counts = DeclaredLabels.Count(labels.Voxels);
        if (_labels.FaultIn(file, counts) is { } fault) throw new DescribedException(file, fault.What, fault.Remedy);
        if (found is { Part: null, Stack: null } && one.SlicePart is null && _plan.Map is null && _steps.Count == 0) return found.Image.CopyTo(folder, one.CaseId);

        string path = Path.Combine(folder, SourceVoxels.Named(one.CaseId, found.Like));
        SourceVoxels.Write(path, labels, found.Like);
        return ImageLocation.FilesOf(path);
    }

    private DatasetDescription Describe(IReadOnlyList<FoundCase> cases)
    {
        ConversionDescription from = _plan.Description;
        ImageFolder images = Listed(DatasetFolder.TrainingImages), labels = Listed(DatasetFolder.TrainingLabels), test = Listed(DatasetFolder.TestImages);
        return DatasetDescriptionGenerator.Describe(
            from.Name,
            new DatasetDescriptionOptions
            {
                Channels = from.Channels,
                Labels = from.Labels.Index().ToDictionary(static l => l.Index, static l => l.Item),
                Description = from.Description,
                Reference = from.Reference,
                Licence = from.Licence,
            },
            cases.Where(static c => c.Plan.IsTraining)
                .Select(c => new TrainingEntry(Image(images, c), $"./{DatasetFolder.TrainingLabels}/{labels.All(c.CaseId)[0].FileName}")).ToValueArray(),
            cases.Where(static c => c.Plan.ImageFolder == DatasetFolder.TestImages).Select(c => Image(test, c)).ToValueArray());

        ImageFolder Listed(string folder) => ImageFolder.Of(Path.Combine(_folder, folder));

        // As dataset.json lists it: without the channel's number.
        static string Image(ImageFolder folder, FoundCase one) => $"./{one.Plan.ImageFolder}/{one.CaseId}{folder.All(CaseName.ChannelFile(one.CaseId, 0, ""))[0].Ending}";
    }

    /// <summary>Writes the data set's own folds where there are none.</summary>
    /// <returns>The file; null where a part of the data set cannot be split so.</returns>
    private static string? WriteSplits(SplitRule rule, IReadOnlyList<FoundCase> cases, string preprocessed, List<string> notices)
    {
        IReadOnlyList<Fold> folds;
        try
        {
            folds = rule.Split([.. cases.Where(static c => c.Plan.IsTraining).Select(static c => new SplitCase(c.CaseId, c.Texts))]);
        }
        catch (FoldException e)
        {
            notices.Add($"the data set's own folds are not written: {e.What}");
            return null;
        }

        string path = Path.Combine(preprocessed, Folds.FileName);
        if (!File.Exists(path))
        {
            Folds.Write(path, folds);
        }
        else if (!Folds.Read(path).SequenceEqual(folds))
        {
            notices.Add($"{path} has other folds than those of this data set, and stays as it is; remove it and repeat the command to get the data set's own");
        }

        return path;
    }
}
