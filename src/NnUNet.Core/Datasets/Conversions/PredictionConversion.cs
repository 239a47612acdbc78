using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>How predictions are brought into the form that a challenge wants.</summary>
public sealed record PredictionConversionOptions
{
    /// <summary>The folder of the data set as it was downloaded, for what depends on how images lay there.</summary>
    /// <value>Null: not known.</value>
    public string? Source { get; init; }

    /// <summary>The ending of the files.</summary>
    /// <value>Null: the challenge's, where it wants one; else the predictions' own.</value>
    public string? Ending { get; init; }

    /// <summary>Optional steps that are done too, by name.</summary>
    /// <value>None.</value>
    public ValueArray<string> With { get; init; }

    /// <summary>Cases at a time.</summary>
    /// <value>0: the machine's cores.</value>
    public int Threads { get; init; }
}

/// <summary>Brings a folder of predictions into the form that a data set's challenge wants: its labels, names and ending.</summary>
/// <remarks>Command: <c>nnunet convert_dataset --back</c>. Source: the export functions in the scripts of nnunet/dataset_conversion.</remarks>
public static class PredictionConversion
{
    /// <summary>Converts predictions.</summary>
    /// <param name="description">The data set.</param>
    /// <param name="predictions">The folder of the predictions, with the names of the task's cases.</param>
    /// <param name="output">Gets the results.</param>
    /// <param name="options">Source, ending, steps, threads.</param>
    /// <param name="progress">Reports every finished case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>The files, in the order of the cases.</returns>
    /// <exception cref="DatasetException">Predictions have other names or labels than the data set's, or cannot be read; all in one report.</exception>
    /// <exception cref="DescribedException">The data set needs no way back, or there are no predictions, or something that it needs is not given.</exception>
    public static IReadOnlyList<string> Run(
        ConversionDescription description,
        string predictions,
        string output,
        PredictionConversionOptions? options = null,
        IProgress<ConversionProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new PredictionConversionOptions();
        ConversionPlan plan = ConversionPlan.Of(description);
        if (!description.HasWayBack) throw new DescribedException(description.Name, "its predictions need no conversion, or none that is known", "use them as they are");
        if (Path.GetFullPath(predictions) == Path.GetFullPath(output)) throw new DescribedException(output, "the results would lie among the predictions", "give another folder with -o");

        BackDescription back = description.Back ?? new BackDescription();
        List<string> faults = [];
        IReadOnlyList<ConversionStep> steps = ConversionPlan.Chosen(ConversionPlan.StepsOf(back.Steps, "back.steps", faults), options.With);
        LabelMap? map = back.LabelMap is { } own ? LabelMap.Of(own, faults) : plan.Map?.Inverse();
        IReadOnlyList<ImageLocation> images = ImageFolder.Of(predictions).Images;
        if (images.Count == 0) throw OtherContents.Error(predictions, "there are no predictions", "give the folder into which nnUNet_predict has written");

        string[] names = Names(description, back, images, options);
        IReadOnlyDictionary<string, ImageGeometry> originals = steps.Any(static s => s.NeedsOriginal) ? Originals(plan, options.Source) : new Dictionary<string, ImageGeometry>();
        string[] files = new string[images.Count];
        IReadOnlyList<CaseFault> failed = new CaseLoop(options.Threads, new MemoryBudget(0), cancel).Run(
            images.Count,
            i => new CaseNeed(images[i].FileName, SourceVoxels.Bytes([images[i]])),
            i =>
            {
                files[i] = Path.Combine(output, names[i]);
                if (steps.Count == 0 && map is null && files[i].EndsWith(images[i].Ending, StringComparison.Ordinal))
                {
                    images[i].CopyTo(Path.GetDirectoryName(files[i])!, Path.GetFileName(files[i])[..^images[i].Ending.Length]);
                    return;
                }

                Volume<int> labels = new CaseVoxels().Labels(new FoundImage(images[i], null));
                StepContext context = new(images[i].Name, originals.GetValueOrDefault(images[i].Name));
                labels = steps.Aggregate(labels, (v, step) => step.Labels(v, context));
                if (map is not null) labels = map.Apply(images[i].FileName, labels);
                SourceVoxels.Write(files[i], labels, images[i]);
            },
            (i, done) => progress?.Report(new ConversionProgress(images[i].Name, done, images.Count)));
        return failed.Count == 0 ? files : throw new DatasetException(description.Name, [.. failed.Select(f => DatasetFault.From(images[f.Index].FileName, f.Fault))]);
    }

    /// <summary>The results' paths below the folder, with their endings.</summary>
    private static string[] Names(ConversionDescription description, BackDescription back, IReadOnlyList<ImageLocation> images, PredictionConversionOptions options)
    {
        string? ending = options.Ending ?? back.Ending;
        if (ending is not null && ResultEnding.Fault(ending) is { } fault)
        {
            throw new DescribedException(description.Name, options.Ending is null ? $"its challenge wants files that end with {ending}, which is not written" : fault, $"give --ending {ResultEnding.Default}, and convert the files by another program");
        }

        PathPattern from = new(back.From);
        NameTemplate to = new(back.To);
        (ImageLocation Image, IReadOnlyDictionary<string, string>? Texts)[] all = [.. images.Select(image => (image, from.Match(image.Name)))];
        DatasetFault[] others = [.. all.Where(static a => a.Texts is null).Select(a => new DatasetFault(a.Image.FileName, $"its name is not that of one of this data set's cases: {from}", "leave only predictions of this task in the folder"))];
        if (others.Length > 0) throw new DatasetException(description.Name, others);

        Dictionary<string, string>[] texts = [.. all.Select(static a => new Dictionary<string, string>(a.Texts!, StringComparer.Ordinal))];
        if (back.Order is { } order) AddWords(description, order, images, texts);
        string[] names = [.. texts.Select((t, i) => to.Fill(t) + (ending ?? images[i].Ending))];
        return names.GroupBy(static n => n, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { } twice
            ? throw new DescribedException(description.Name, $"{twice.Count()} predictions would become {twice.Key}", "leave one of them in the folder")
            : names;
    }

    private static void AddWords(ConversionDescription description, OrderDescription order, IReadOnlyList<ImageLocation> images, Dictionary<string, string>[] texts)
    {
        List<DatasetFault> faults = [];
        foreach (IGrouping<string, int> group in Enumerable.Range(0, images.Count).GroupBy(i => texts[i][order.By], StringComparer.Ordinal))
        {
            int[] members = [.. group.OrderBy(i => images[i].Name, StringComparer.Ordinal)];
            if (members.Length != order.Words.Count) faults.Add(new DatasetFault(group.Key, $"there are {members.Length} predictions, but {order.Words.Count} are expected ({string.Join(", ", order.Words)})", "predict all images of the data set"));
            else foreach ((int place, int i) in members.Index()) texts[i][order.As] = order.Words[place];
        }

        if (faults.Count > 0) throw new DatasetException(description.Name, faults);
    }

    /// <summary>Where the images of all cases lay in the source, by the cases' names.</summary>
    private static Dictionary<string, ImageGeometry> Originals(ConversionPlan plan, string? source)
    {
        if (source is null) throw new DescribedException(plan.Description.Name, "its predictions go back to how the images lay in the source", "give the source's folder with --source");
        Dictionary<string, ImageGeometry> originals = new(StringComparer.Ordinal);
        foreach (FoundCase one in CaseFinder.Find(plan, new SourceTree(source))) originals[one.CaseId] = ImageFile.ReadHeader(one.Own.Image.Path).Geometry;
        return originals;
    }
}
