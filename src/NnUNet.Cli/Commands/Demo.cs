using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Cli.Texts;
using NnUNet.Core;
using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Pictures.Overlays;
using NnUNet.Pictures.Training;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Commands;

/// <summary>Runs the whole method on a data set that it makes itself.</summary>
[CatalogName("demo")]
internal sealed class Demo : CommandDefinition
{
    private const string DefaultDirectory = "nnunet-demo";
    private const string Task = "Task900_Demo";
    private static readonly Configuration Network = Configuration.FullResolution;
    private static readonly string Trainer = Network.DefaultTrainer;
    private const string Plans = "nnUNetPlansv2.1";
    private const string Fold = "0";

    private readonly Option<int?> _epochs = Values.Integer(["--epochs"], "Epochs of the training.", 5, least: 1);
    private readonly Option<int?> _iterations = Values.Integer(["--iterations"], "Training iterations of an epoch.", 25, least: 1);
    private readonly List<(string Name, TimeSpan Time)> _times = [];

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Program;

    /// <inheritdoc/>
    public override string Summary => "Run the whole method on a small data set of computed images, in one to two minutes.";

    /// <inheritdoc/>
    public override string Details =>
        "Makes ten training cases and two test images of about 40 voxels an edge, then verifies, plans, preprocesses, trains one fold of 3d_fullres, predicts the "
        + "test images and scores them. The training is much shorter than a real one, which has 1000 epochs of 250 iterations.\n"
        + $"Everything lies in ./{DefaultDirectory} unless --workspace or the other folder options say otherwise.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_epochs, _iterations];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet demo", "nnunet demo --workspace /tmp/demo --iterations 50"];

    /// <inheritdoc/>
    public override string AfterInterruption => "repeat the command to start over";

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        Workspace workspace = call.WorkspaceOr(DefaultDirectory);
        string raw = workspace.RawTask(Task);
        string model = workspace.ModelFolder(Network.Name, Task, Trainer, Plans);
        string predictions = Path.Combine(workspace.Results, "demo_predictions");
        string picture = Path.Combine(predictions, "demo.png");
        string references = Path.Combine(raw, "labelsTs");

        DatasetDescription dataset = Timed(call, "make the data set", () => Make(call, raw));
        Timed(call, "verify, plan, preprocess", () => Preprocess(call, workspace));
        TrainingResult training = Timed(call, "train", () => TrainFold(call, workspace));
        Timed(call, "predict", () => PredictTestImages(call, model, Path.Combine(raw, "imagesTs"), predictions));
        SegmentationSummary summary = Timed(call, "evaluate", () => Evaluate(call, dataset, references, predictions));
        Timed(call, "draw", () => Draw(dataset, raw, summary, picture));

        KeyValuePair<string, string>[] labels = [.. dataset.ForegroundLabels.Select(label => Name(dataset, label))];
        call.Print();
        if (training.Summary is { } validation) call.Print("Dice of the validation cases").Print(ScoreTable.DicePerCase(validation, labels)).Print();
        call.Print("Dice of the test images").Print(ScoreTable.DicePerCase(summary, labels));
        PrintTimes(call);
        PrintPlaces(call, ("raw data", raw), ("plans, preprocessed cases", workspace.PreprocessedTask(Task)), ("model", training.FoldPath), ("predictions, summary.json", predictions), ("picture", picture));
        return CommandLine.Done;
    }

    private static DatasetDescription Make(Invocation call, string raw)
    {
        using ProgressPrinter<SyntheticProgress> progress = call.Progress<SyntheticProgress>("making the data set", static p => new Step(p.CaseId, p.Done, p.Total));
        return SyntheticDataset.Write(raw, progress: progress, cancel: call.Cancel);
    }

    private static PreprocessingResult Preprocess(Invocation call, Workspace workspace)
    {
        using PreprocessingLines progress = new(call);
        PreprocessingResult result = new PreprocessingRun(workspace, new PreprocessingOptions { VerifyIntegrity = true }).Run([Task], progress, call.Cancel)[0];
        PlanningChoices.Print(call, result.Plan3D!);
        return result;
    }

    private TrainingResult TrainFold(Invocation call, Workspace workspace)
    {
        using TrainingPrinter printer = new(call.Terminal, TimeProvider.System);
        TrainingOptions options = new()
        {
            Observers = [new TrainingPictures()],
            Workspace = workspace,
            Configuration = Network,
            Trainer = Trainer,
            Task = Task,
            Fold = Fold,
            Epochs = call.Get(_epochs),
            Iterations = call.Get(_iterations),
            Device = DeviceChoice.Of(call),
            LoaderThreads = EnvironmentSettings.Read().AugmentationThreads,
        };
        TrainingResult result = TrainingRun.Execute(options, new Relay<TrainingProgress>(printer.Show), call.Cancel);
        call.Cancel.ThrowIfCancellationRequested();
        return result;
    }

    private static PredictReport PredictTestImages(Invocation call, string model, string images, string predictions)
    {
        using PredictProgressLines lines = new(call.Terminal, verbose: false, TimeProvider.System);
        PredictRunOptions options = new() { Predict = new PredictOptions { Folds = [Fold], Device = DeviceChoice.Of(call) }, Overwrite = true };
        PredictReport report = PredictRun.Run(model, images, predictions, options, new Relay<PredictProgress>(lines.Report), call.Cancel);
        lines.End();
        return report.Failures is [var failure, ..] ? throw new DescribedException(failure.CaseId, failure.Reason, "report it") : report;
    }

    private static SegmentationSummary Evaluate(Invocation call, DatasetDescription dataset, string references, string predictions)
    {
        using ProgressPrinter<EvaluationProgress> progress = call.Progress<EvaluationProgress>("evaluating", static p => new Step(p.CaseId, p.Done, p.Total));
        SegmentationSummary summary = FolderEvaluator.Evaluate(references, predictions, EvaluationLabel.From(dataset.ForegroundLabels), null, progress, call.Cancel);
        summary.Write(Path.Combine(predictions, SegmentationSummary.FileName));
        return summary;
    }

    private static string Draw(DatasetDescription dataset, string raw, SegmentationSummary summary, string picture)
    {
        OverlayPicture.Write(picture, [.. summary.Results.All.Select(scores => new OverlayCase
        {
            CaseId = scores.CaseId,
            Image = ImageFile.ReadVolume(Path.Combine(raw, "imagesTs", CaseName.ChannelFile(scores.CaseId, 0, ".nii.gz"))),
            Reference = ImageFile.ReadLabels(scores.Reference!),
            Prediction = ImageFile.ReadLabels(scores.Test!),
            LabelNames = dataset.Labels,
        })]);
        return picture;
    }

    private T Timed<T>(Invocation call, string name, Func<T> step)
    {
        call.Cancel.ThrowIfCancellationRequested();
        call.Print().Print($"== {name}");
        long begin = Stopwatch.GetTimestamp();
        T result = step();
        _times.Add((name, Stopwatch.GetElapsedTime(begin)));
        return result;
    }

    private void PrintTimes(Invocation call)
    {
        List<string[]> rows = [["step", "time"], .. _times.Select(static step => (string[])[step.Name, Sizes.Text(step.Time)])];
        rows.Add(["all", Sizes.Text(TimeSpan.FromTicks(_times.Sum(static step => step.Time.Ticks)))]);
        call.Print().Print(TextTable.Format(rows));
    }

    private static void PrintPlaces(Invocation call, params (string Name, string Path)[] places)
    {
        call.Print().Print("Where everything lies");
        foreach ((string name, string path) in places) call.Print($"  {name + ":",-28}{path}");
    }

    private static KeyValuePair<string, string> Name(DatasetDescription dataset, int label)
    {
        string key = label.ToString(CultureInfo.InvariantCulture);
        return KeyValuePair.Create(key, $"{key} {dataset.Labels[key]}");
    }
}
