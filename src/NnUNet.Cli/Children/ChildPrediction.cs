using System.Globalization;
using System.Text.Json;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Children;

/// <summary>The prediction of a part of a folder's cases as a child process, <c>nnUNet_predict … --child</c>, and what the two tell each other.</summary>
internal static class ChildPrediction
{
    private const string Progress = "prediction";
    private const string Report = "report";

    /// <summary>Between two reports of a case that goes on.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Predictions on several devices, each in a process of its own; null for one device.</summary>
    /// <param name="call">The command.</param>
    /// <param name="devices">The devices.</param>
    public static DevicePredictions? OnSeveral(Invocation call, IReadOnlyCollection<TorchDevice> devices)
    {
        if (devices.Count == 1) return null;
        ChildOptions children = new(call, devices.Count);
        return new DevicePredictions([.. devices], (request, progress, cancel) => Predict(children, request, progress, cancel));
    }

    /// <summary>Predicts cases in a process of its own.</summary>
    /// <param name="children">What all children have in common.</param>
    /// <param name="request">What to predict; only what the command line of <c>nnUNet_predict</c> can say.</param>
    /// <param name="progress">Receives the child's reports.</param>
    /// <param name="cancel">Has the child stop.</param>
    /// <exception cref="DescribedException">The model or a folder is at fault, or the process died.</exception>
    /// <exception cref="OperationCanceledException">The child was told to stop, and has.</exception>
    public static PartReport Predict(ChildOptions children, PartRequest request, IProgress<PredictProgress>? progress, CancellationToken cancel)
    {
        TorchDevice device = request.Options.Predict.Device;
        PartReport? report = null;
        EndOfChild end = ChildProcess.Run(
            children.Start(CommandOf(request), device, OperationThreads.Asked ?? children.Cores, loaderThreads: null),
            new PartWork([.. request.Cases]),
            line =>
            {
                if (line.Kind == Report) report = line.Value.Deserialize<PartReport>(ParentLink.Format);
                if (line.Kind == Progress && line.Value.Deserialize<PartProgress>(ParentLink.Format) is { } part) progress?.Report(Of(part));
            },
            cancel);
        if (end.ExitCode == CommandLine.Done && report is not null) return report;
        if (end.IsInterrupted) cancel.ThrowIfCancellationRequested();
        throw end.Failure(string.Create(CultureInfo.InvariantCulture, $"predicting on {device}"), "repeat the command to go on with what is missing");
    }

    /// <summary>In the child: predicts the cases that the parent names.</summary>
    /// <param name="parent">The parent.</param>
    /// <param name="model">The model.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">Gets the segmentations.</param>
    /// <param name="options">How to predict.</param>
    /// <param name="cancel">Stops within a case.</param>
    /// <returns>The exit code: failed cases are told, and are no failure of this process.</returns>
    public static int Run(ParentLink parent, ChosenModel model, string input, string output, PredictRunOptions options, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        PartWork work = JsonSerializer.Deserialize<PartWork>(parent.Work, ParentLink.Format)!;
        PartRequest request = new(model, input, output, options with { Predict = options.Predict with { TemporaryFolder = output } }, work.Cases);
        parent.Tell(Report, PredictPart.Run(request, ReportsTo(parent, TimeProvider.System), cancel));
        return CommandLine.Done;
    }

    /// <summary>The command line that asks for a part of a prediction.</summary>
    internal static IReadOnlyList<string> CommandOf(PartRequest request)
    {
        PredictRunOptions options = request.Options;
        PredictOptions predict = options.Predict;
        List<string> words =
        [
            "nnUNet_predict", "-i", request.InputFolder, "-o", request.OutputFolder, "--model_folder", request.Model.Folder.Path, "-chk", predict.Checkpoint,
            "--step_size", predict.TileStep.ToString("R", CultureInfo.InvariantCulture), "--mode", predict.Mode.ToString().ToLowerInvariant(),
            "--num_threads_preprocessing", Text(options.PreprocessingThreads), "--num_threads_nifti_save", Text(options.ExportThreads), "-f", .. request.Model.Folds,
        ];
        if (predict.Network is { } network) words.AddRange(["--network", network]);
        if (options.PreviousStageFolder is { } previous) words.AddRange(["-l", previous]);
        if (options.Ending is { } ending) words.AddRange(["--ending", ending]);
        if (!predict.Mirror) words.Add("--disable_tta");
        if (predict.Precision == ComputePrecision.Float32) words.Add("--disable_mixed_precision");
        if (predict.StrictInput) words.Add("--strict-input");
        if (options.SaveProbabilities) words.Add("--save_npz");
        if (options.DicomSegmentation) words.Add("--dicom-seg");
        if (options.DicomFractions) words.Add("--dicom-seg-fractional");
        if (options.StandardUptake) words.Add(StandardUptake.OptionName);
        if (options.StructureSet) words.Add("--rtstruct");
        if (options.Recheck) words.Add("--recheck");
        return words;
    }

    /// <summary>In the child: its reports, as lines for the parent.</summary>
    internal static Relay<PredictProgress> ReportsTo(ParentLink parent, TimeProvider clock)
    {
        long? told = null;
        int ended = 0;
        return new Relay<PredictProgress>(report =>
        {
            bool matters = report.Done > ended || report.Warning is not null || report.ExpectedBytes > 0;
            if (!matters && told is { } last && clock.GetElapsedTime(last) < Pause) return;
            (told, ended) = (clock.GetTimestamp(), report.Done);
            parent.Tell(Progress, new PartProgress(report, MemoryLimit.Held));
        });
    }

    /// <summary>A child's report as one of this process: what the child itself takes counts to the case, since each child has its own.</summary>
    private static PredictProgress Of(PartProgress part) =>
        part.Report.ExpectedBytes == 0 ? part.Report : part.Report with { ExpectedBytes = part.Report.ExpectedBytes + Math.Max(0, part.Held - MemoryLimit.Held) };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a child is told.</summary>
    /// <param name="Cases">The cases that it predicts.</param>
    private sealed record PartWork(string[] Cases);

    /// <summary>How far a child is.</summary>
    private sealed class PartProgress(PredictProgress report, long held)
    {
        private readonly object _report = report; // in a box of its own: a field of one of torch's types would have each look at this assembly's types load torch

        public PredictProgress Report => (PredictProgress)_report;

        public long Held => held;
    }
}
