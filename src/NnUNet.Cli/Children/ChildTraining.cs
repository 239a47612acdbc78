using System.Globalization;
using System.Text.Json;
using NnUNet.Cli.Frame;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Children;

/// <summary>The training of a fold as a child process, <c>nnUNet_train … --child</c>, and what the two tell each other.</summary>
internal static class ChildTraining
{
    private const string Progress = "training";
    private const string InUse = "in_use";

    /// <summary>Between two reports of iterations: each is a line, and nobody reads more.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The options where several devices train each fold in a process of its own; unchanged for one device.</summary>
    /// <param name="call">The command.</param>
    /// <param name="options">What to train.</param>
    public static TrainAllOptions OnSeveral(Invocation call, TrainAllOptions options)
    {
        if (options.Devices.Count == 1) return options;
        ChildOptions children = new(call, options.Devices.Count);
        return options with { Training = (training, progress, cancel) => Train(children, training, progress, cancel) };
    }

    /// <summary>Trains one fold in a process of its own.</summary>
    /// <param name="children">What all children have in common.</param>
    /// <param name="options">What to train; only what the command line of <c>nnUNet_train</c> can say.</param>
    /// <param name="progress">Receives the child's reports, those of iterations a few times a second; without curves and settings.</param>
    /// <param name="cancel">Has the child save and stop.</param>
    /// <exception cref="FoldInUseException">Another process trains the fold.</exception>
    /// <exception cref="DescribedException">The training failed, or its process died.</exception>
    public static TrainingResult Train(ChildOptions children, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        string model = options.Workspace.ModelFolder(options.Configuration.Name, options.Workspace.TaskName(options.Task), options.Trainer, options.Plans);
        string fold = TrainingSetup.FoldPathOf(model, options.Fold);
        string? owner = null;
        int epochs = 0;
        EndOfChild end = ChildProcess.Run(
            children.Start(CommandOf(options), options.Device, options.Threads ?? children.Cores, options.LoaderThreads),
            new { },
            line =>
            {
                if (line.Kind == InUse) owner = line.Value.GetString();
                if (line.Kind != Progress) return;
                TrainingProgress report = line.Value.Deserialize<TrainingProgress>(ParentLink.Format);
                if (report.Record is not null) epochs = report.Epoch + 1;
                progress?.Report(report);
            },
            cancel);
        if (end.ExitCode == CommandLine.Done) return new TrainingResult(true, fold, epochs, SummaryIn(fold, options.Validation));
        if (owner is not null) throw new FoldInUseException(fold, owner);
        if (end.IsInterrupted && cancel.IsCancellationRequested) return new TrainingResult(false, fold, epochs, null);
        throw end.Failure(string.Create(CultureInfo.InvariantCulture, $"training on {options.Device}"), "repeat the command to go on from the last checkpoint");
    }

    /// <summary>The command line that asks for a training.</summary>
    internal static IReadOnlyList<string> CommandOf(TrainingOptions options)
    {
        List<string> words = ["nnUNet_train", options.Configuration.Name, options.Trainer, options.Task, options.Fold, "-p", options.Plans];
        if (options.Continue) words.Add("-c");
        if (options.ValidationOnly) words.Add("-val");
        if (options.Validation.SaveProbabilities) words.Add("--npz");
        if (!options.Validation.Overwrite) words.Add("--val_disable_overwrite");
        if (!options.Validation.Postprocess) words.Add("--disable_postprocessing_on_folds");
        if (options.Precision == ComputePrecision.Float32) words.Add("--fp32");
        words.AddRange(["--val_folder", options.Validation.FolderName]);
        if (options.Epochs is { } epochs) words.AddRange(["--epochs", Text(epochs)]);
        if (options.Iterations is { } iterations) words.AddRange(["--iterations", Text(iterations)]);
        if (options.Seed is { } seed) words.AddRange(["--seed", Text(seed)]);
        return words;
    }

    /// <summary>In the child: its reports, as lines for the parent.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="clock">The time.</param>
    public static Relay<TrainingProgress> ReportsTo(ParentLink parent, TimeProvider clock)
    {
        long? told = null;
        return new Relay<TrainingProgress>(report =>
        {
            bool often = report.Phase is TrainingPhase.Training or TrainingPhase.Validating || (report.Prediction is not null && report.Text.Length == 0);
            if (often && told is { } last && clock.GetElapsedTime(last) < Pause) return;
            told = clock.GetTimestamp();
            parent.Tell(Progress, report with { Curves = [], Classes = [], Settings = null, LearningRateCurve = null });
        });
    }

    /// <summary>In the child: its fold is another's.</summary>
    public static void TellInUse(ParentLink parent, FoldInUseException fault) => parent.Tell(InUse, fault.Owner);

    private static SegmentationSummary? SummaryIn(string fold, ValidationOptions validation)
    {
        string summary = Path.Combine(fold, validation.FolderName, SegmentationSummary.FileName);
        return File.Exists(summary) ? SegmentationSummary.Read(summary) : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
