using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Core.Bundles;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Bundles;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Commands;

/// <summary>Segments images with a bundle of models.</summary>
[CatalogName("segment")]
internal sealed class Segment : CommandDefinition
{
    private readonly Option<string?> _bundle = Values.Text(["-b", "--bundle"], "NAME|FILE", "The bundle: a name of nnunet bundle list, such as total, or a JSON file of your own.", required: true);
    private readonly Option<string[]> _input = Values.Texts(["-i", "--input"], "PATH", "An image, or a folder of images; where the bundle has several channels, one file each in their order, or a folder with CASE_0000.nii.gz, CASE_0001.nii.gz, ….", required: true);
    private readonly Option<string?> _output = Values.Text(["-o", "--output"], "PATH", "Gets the segmentation: a file for one image, or a folder.", required: true);
    private readonly Option<bool> _fast = Values.Flag(["--fast"], "The bundle's faster variant on a coarser grid.");
    private readonly Option<bool> _fastest = Values.Flag(["--fastest"], "The bundle's fastest variant on a still coarser grid.");
    private readonly Option<string?> _variant = Values.Text(["--variant"], "NAME", "Another variant of the bundle, such as small.");
    private readonly Option<string[]> _roi = Values.Texts(["--roi"], "NAME", "Only these structures (nnunet bundle info names them): only models that find them run, on the part of the image around them where the bundle has a way to find that.");
    private readonly Option<bool> _robust = Values.Flag(["--robust"], "Find the part of the image to look at by the bundle's slower and surer way.");
    private readonly Option<bool> _higherOrder = Values.Flag(["-ho", "--higher-order-resampling"], "Give the models the image at its own spacing and resample their logits to its own voxels, instead of labels: smoother borders, slower, more memory.");
    private readonly Option<string[]> _with = Values.Texts(["--with"], "STEP", "Optional steps of cleaning to do too; nnunet bundle info names them.");
    private readonly Option<bool> _statistics = Values.Flag(["--statistics"], "Measure volume and mean intensity of each structure: statistics.csv and statistics.json in the output's folder.");
    private readonly Option<bool> _incomplete = Values.Flag(["--stats_include_incomplete"], "Measure structures that reach the border of the image too; otherwise they are 0, as in TotalSegmentator.");
    private readonly Option<bool> _separate = Values.Flag(["--separate-files"], "Write one mask a structure, NAME.nii.gz, instead of one label map.");
    private readonly Option<bool> _overwrite = Values.Flag(["--overwrite_existing"], "Segment all images again, also those whose segmentation fits or is of unknown origin.");
    private readonly Option<bool> _recheck = Values.Flag(["--recheck"], "Compare images, models and segmentations with the records of the output's folder by content (checksums), even where size and time of the last change are the same.");
    private readonly Option<string?> _ending = Values.Text(["--ending"], "ENDING", "The ending of files in an output folder, such as .nii.gz; that of the images unless given.");
    private readonly Option<string[]> _models = Values.Texts(["--models"], "FOLDER", "Folders with models (DatasetXXX_NAME), looked through before the results folder.");
    private readonly Option<bool> _fp32 = Values.Flag(["--disable_mixed_precision"], "Compute in float32 throughout.");
    private readonly Option<bool> _strict = InputChoices.Strict();
    private readonly JsonOption _json = new(SegmentDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Segment images with a bundle of models, such as TotalSegmentator's.";

    /// <inheritdoc/>
    public override string Details =>
        "The image is turned and resampled to the bundle's grid, its models run one after another, their labels become one map, which is cleaned and comes back to the image's own voxels. "
        + "NIfTI files have the structures' names in their header. Models are looked for in the results folder (nnUNet_results); nnunet bundle download or install gets them. "
        + "An image that fails is reported at the end and stops no other. The folder provenance beside the results records how each was made: image, bundle, models and options. A repeated call skips what fits, "
        + "and makes again what is missing, damaged, or made of another image, by other models or in another way; what was there goes to the folder replaced. Segmentations that have no record, or were changed since, "
        + "are left as they are and named. docs/models-from-elsewhere.md goes through it step by step.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_bundle, _input, _output, _fast, _fastest, _variant, _roi, _robust, _higherOrder, _with, _statistics, _incomplete, _separate, _overwrite, _recheck, _ending, _models, _fp32, _strict, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionGroup> Groups =>
    [
        new("Images", [_input, _output, _overwrite, _recheck, _separate, _ending, _statistics, _incomplete, _strict]),
        new("Bundle", [_bundle, _fast, _fastest, _variant, _roi, _robust, _higherOrder, _with, _models]),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet segment -b total -i ct.nii.gz -o segmentation.nii.gz",
        "nnunet segment -b total --fast -i scans -o segmentations --statistics",
        "nnunet segment -b total -i ct.nii.gz -o organs --roi liver spleen --separate-files",
    ];

    /// <inheritdoc/>
    public override string AfterInterruption => "repeat the command; images that were done are skipped";

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        Bundle bundle = BundleDescriptions.Find(call.Get(_bundle)!);
        string[] variants = [.. call.Get(_fast) ? (string[])["fast"] : [], .. call.Get(_fastest) ? (string[])["fastest"] : [], .. call.Get(_variant) is { } named ? (string[])[named] : []];
        if (variants.Length > 1) throw new UsageException("give only one of --fast, --fastest and --variant");
        if (variants.Length == 1) bundle = BundleDescriptions.Variant(bundle, variants[0]);
        BundleRunOptions options = new()
        {
            ModelFolders = [.. call.Get(_models) ?? [], call.Version2Workspace.Results],
            Roi = (call.Get(_roi) ?? []).ToValueArray(),
            Robust = call.Get(_robust),
            HigherOrderResampling = call.Get(_higherOrder),
            With = (call.Get(_with) ?? []).ToValueArray(),
            Statistics = call.Get(_statistics),
            IncludeIncomplete = call.Get(_incomplete),
            SeparateFiles = call.Get(_separate),
            Overwrite = call.Get(_overwrite),
            Recheck = call.Get(_recheck),
            Ending = call.Get(_ending),
            Predict = new PredictOptions { Device = DeviceChoice.Of(call), StrictInput = call.Get(_strict), Precision = call.Get(_fp32) ? ComputePrecision.Float32 : null },
        };
        string[] faults = [.. options.Faults(bundle)];
        if (faults.Length > 0) throw new UsageException(string.Join("; ", faults));
        call.Print($"Bundle: {bundle.Name} ({bundle.Description})");
        if (bundle.Licence.Length > 0) call.Print($"Licence of the weights: {bundle.Licence}");
        using IDisposable torch = TorchRuntime.LoadAhead();
        BundleReport report;
        using (ProgressPrinter<BundleProgress> progress = call.Progress<BundleProgress>("segmenting", StepOf))
        {
            report = BundleRun.Run(bundle, call.Get(_input)!, call.Get(_output)!, options, progress, call.Cancel);
        }

        call.Tell(SegmentDocument.Of(report, call.Get(_output)!, bundle.NamedLabels().Where(l => options.Roi.Count == 0 || options.Roi.Contains(l.Name))));
        call.Warn(report.Warnings);
        foreach (CaseRemark one in report.Outdated) call.Print($"{one.CaseId}: what was here {one.Reason}, so it was made again; what was there is in the folder {PredictRun.ReplacedFolder}");
        foreach (SegmentedCase one in report.Skipped) call.Print($"{one.CaseId}: {one.Written} (there already)");
        foreach (CaseRemark one in report.Unknown) call.Warn($"{one.CaseId}: the segmentation that is here {one.Reason}, so it was left as it is; --overwrite_existing segments such images, another output keeps them apart");
        foreach (SegmentedCase one in report.Cases) call.Print($"{one.CaseId}: {one.Written} ({Seconds(one.Times)})");
        foreach (string file in report.StatisticsFiles.Where(static f => f.EndsWith(".csv", StringComparison.Ordinal))) call.Print($"Statistics: {file}");
        foreach (UnsegmentedCase failed in report.Failures) call.Refuse($"{failed.CaseId}: {failed.Reason}");
        return report.Failures.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static Step StepOf(BundleProgress p) => new(p.CaseId, p.Done, p.Total)
    {
        Detail = p.Work,
        Share = p.Total > 0 && p.Done < p.Total ? (p.Done + p.Share) / p.Total : 1,
    };

    private static string Seconds(BundleTimes times)
    {
        (string Name, double Seconds)[] parts =
        [
            ("reading", times.Reading), ("crop", times.Crop), ("resampling", times.Resampling), ("loading", times.Loading), ("models", times.Models), ("cleaning", times.Cleaning), ("back", times.Back),
            ("statistics", times.Statistics), ("writing", times.Writing),
        ];
        return string.Join(", ", parts.Where(static p => p.Seconds >= 0.05).Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Name} {p.Seconds:0.0} s")).DefaultIfEmpty("less than a second"));
    }
}
