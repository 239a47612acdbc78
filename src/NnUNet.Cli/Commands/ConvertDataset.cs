using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Converts a public data set, or predictions of it.</summary>
[CatalogName("convert_dataset")]
internal sealed class ConvertDataset : CommandDefinition
{
    private readonly Argument<string> _dataset = new("DATASET")
    {
        Description = "The data set, by name or task number (nnunet convert_dataset --list), or a JSON file that describes one.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _input = Values.Text(["-i"], "FOLDER", "The data set's folder as it was downloaded and unpacked; with --back the predictions.");
    private readonly Option<int?> _taskId = Values.Integer(["-t"], "Number of the task. The data set's own unless given.", least: 0, value: "ID");
    private readonly Option<string[]> _with = Values.Texts(["--with"], "STEP", "Optional steps to do too; --list names them.");
    private readonly Option<int?> _threads = Values.Integer(["-p"], "Cases converted at a time. The machine's cores unless nnUNet_def_n_proc says otherwise.", least: 1);
    private readonly Option<bool> _back = Values.Flag(["--back"], "Convert predictions into the form that the data set's challenge wants: its labels, names and ending.");
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "With --back: gets the results.");
    private readonly Option<string?> _source = Values.Text(["--source"], "FOLDER", "With --back: the data set's folder as it was downloaded, where results depend on how its images lie.");
    private readonly Option<string?> _ending = Values.Text(["--ending"], "ENDING", "With --back: the results' ending instead of the challenge's, such as .nii.gz.");
    private readonly Option<bool> _list = Values.Flag(["--list"], "List the data sets and stop.");
    private readonly Option<bool> _show = Values.Flag(["--show"], "Print the data set's description as JSON, to make one of your own of, and stop.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Convert a public data set into the raw folder, or predictions of it for its challenge.";

    /// <inheritdoc/>
    public override string Details =>
        "Finds the cases in the data set's own folders, maps its labels to 0, 1, 2, …, and writes TaskXXX_NAME with dataset.json, and the folds where it has its own. "
        + "The source stays as it is. Repeated, it makes what is missing or has changed. docs/conversions.md tells of each data set, and how to describe others.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_dataset, _input, _taskId, _with, _threads, _back, _output, _source, _ending, _list, _show];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionGroup> Groups => [new("Predictions", [_back, _output, _source, _ending]), new("Information", [_list, _show])];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet convert_dataset --list",
        "nnunet convert_dataset ACDC -i Downloads/ACDC",
        "nnunet convert_dataset BraTS2020 --back -i predictions -o submission",
        "nnunet convert_dataset my_dataset.json -i Downloads/Mine -t 150",
    ];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => call.Get(_list) || call.Get(_show);

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        if (call.Get(_list))
        {
            call.Print(List());
            return CommandLine.Done;
        }

        string name = call.Get(_dataset) ?? throw new UsageException("DATASET is missing: the data set to convert (nnunet convert_dataset --list)");
        ConversionDescription description = ConversionDescriptions.Find(name);
        if (call.Get(_show))
        {
            call.Print(ProductJson.Print(description).TrimEnd());
            return CommandLine.Done;
        }

        string input = call.Get(_input) ?? throw new UsageException(call.Get(_back) ? "-i is missing: the folder of the predictions" : "-i is missing: the data set's folder");
        using ProgressPrinter<ConversionProgress> progress = call.Progress<ConversionProgress>("converting", static p => new Step(p.File, p.Done, p.Total));
        if (call.Get(_back)) Back(call, description, input, progress);
        else Forward(call, description, input, progress);
        return CommandLine.Done;
    }

    private static string List() => TextTable.Format(
        [
            ["task", "name", "back", "--with", "what it shows"],
            .. ConversionDescriptions.All().Select(static d => (string[])[d.TaskName[..7], d.Name, d.HasWayBack ? "yes" : "", string.Join(", ", Optional(d)), d.Description]),
        ],
        left: 5);

    private static IEnumerable<string> Optional(ConversionDescription description) =>
        description.Steps.Concat(description.Back?.Steps ?? []).Where(static s => s.Optional).Select(static s => s.Step).Distinct();

    private void Forward(Invocation call, ConversionDescription description, string input, IProgress<ConversionProgress> progress)
    {
        foreach (Option option in new Option[] { _output, _source, _ending })
        {
            if (call.IsGiven(option)) throw new UsageException($"{option.Name} is for --back alone");
        }

        DatasetConversionResult result = DatasetConversion.Run(
            description, input, call.Workspace, new DatasetConversionOptions { TaskId = call.Get(_taskId), With = With(call), Threads = call.Get(_threads) ?? 0 }, progress, call.Cancel);
        call.Warn(result.Notices);
        string others = result.Others > 0 ? $", {result.Others} others" : "";
        string kept = result.Kept > 0 ? $" ({result.Kept} of them were there)" : "";
        call.Print($"{result.Task}: {result.Training} training cases, {result.Test} test cases{others}{kept}");
        call.Print($"Written: {result.Folder}");
        if (result.Splits is { } splits) call.Print($"Folds of this data set: {splits}");
        if (description.HasWayBack) call.Print($"Predictions for its challenge: nnunet convert_dataset {description.Name} --back -i PREDICTIONS -o FOLDER");
    }

    private void Back(Invocation call, ConversionDescription description, string input, IProgress<ConversionProgress> progress)
    {
        string output = call.Get(_output) ?? throw new UsageException("-o is missing: the folder that gets the results");
        if (call.IsGiven(_taskId)) throw new UsageException("-t is not for --back");
        PredictionConversionOptions options = new() { Source = call.Get(_source), Ending = call.Get(_ending), With = With(call), Threads = call.Get(_threads) ?? 0 };
        IReadOnlyList<string> files = PredictionConversion.Run(description, input, output, options, progress, call.Cancel);
        call.Print($"{files.Count} prediction{(files.Count == 1 ? "" : "s")} for {description.Name}, such as {files[0]}");
    }

    private ValueArray<string> With(Invocation call) => (call.Get(_with) ?? []).ToValueArray();
}
