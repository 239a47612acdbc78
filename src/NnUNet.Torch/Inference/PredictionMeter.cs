using System.Diagnostics;
using System.Diagnostics.Metrics;
using NnUNet.Core.Models;

namespace NnUNet.Torch.Inference;

/// <summary>What monitoring sees of predictions: a meter and a source of activities, both named "NnUNet".</summary>
/// <remarks>
/// Instruments: <c>nnunet.cases</c>, <c>nnunet.failures</c> (by stage), <c>nnunet.tiles</c>, <c>nnunet.case.duration</c> and
/// <c>nnunet.stage.duration</c> (seconds). Names and tags are documented in docs/library.md. Nobody listens: nothing is measured.
/// </remarks>
internal static class PredictionMeter
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Name = "NnUNet";

    private const string StageTag = "nnunet.stage";
    private const string ModelTag = "nnunet.model";
    private const string CaseTag = "nnunet.case";
    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Activities = new(Name);
    private static readonly Counter<long> Cases = Meter.CreateCounter<long>("nnunet.cases", "{case}", "Cases that were segmented.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("nnunet.failures", "{case}", "Cases that failed.");
    private static readonly Counter<long> TileCount = Meter.CreateCounter<long>("nnunet.tiles", "{tile}", "Tiles that the networks of all folds have predicted.");
    private static readonly Histogram<double> CaseSeconds = Meter.CreateHistogram<double>("nnunet.case.duration", "s", "Time of a case from its reading to its segmentation.");
    private static readonly Histogram<double> StageSeconds = Meter.CreateHistogram<double>("nnunet.stage.duration", "s", "Time of one stage of a case.");

    /// <summary>Measures one case as a whole.</summary>
    /// <param name="model">The model that predicts.</param>
    /// <param name="work">The case's work; an error counts as a failure, a cancellation as nothing.</param>
    public static T Case<T>(ModelFolder model, Func<T> work)
    {
        using Activity? activity = Activities.StartActivity("nnunet.case")?.SetTag(ModelTag, model.Path);
        long begin = Stopwatch.GetTimestamp();
        try
        {
            T result = work();
            Done(Stopwatch.GetElapsedTime(begin));
            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(e.Data[StageTag] is PredictStage stage ? stage : PredictStage.Found);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <summary>Measures one stage of a case.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="work">Its work.</param>
    /// <param name="caseId">The case; null where it has no name.</param>
    public static T Stage<T>(PredictStage stage, Func<T> work, string? caseId = null)
    {
        using Activity? activity = Activities.StartActivity("nnunet." + TextOf(stage))?.SetTag(CaseTag, caseId);
        long begin = Stopwatch.GetTimestamp();
        try
        {
            T result = work();
            if (StageSeconds.Enabled) StageSeconds.Record(Stopwatch.GetElapsedTime(begin).TotalSeconds, new KeyValuePair<string, object?>(StageTag, TextOf(stage)));
            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            e.Data[StageTag] = stage;
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <summary>A case has its segmentation.</summary>
    /// <param name="time">From its reading on.</param>
    public static void Done(TimeSpan time)
    {
        Cases.Add(1);
        if (CaseSeconds.Enabled) CaseSeconds.Record(time.TotalSeconds);
    }

    /// <summary>A case has failed.</summary>
    /// <param name="stage">Where.</param>
    public static void Failed(PredictStage stage)
    {
        if (Failures.Enabled) Failures.Add(1, new KeyValuePair<string, object?>(StageTag, TextOf(stage)));
    }

    /// <summary>Tiles were predicted.</summary>
    /// <param name="count">How many.</param>
    public static void Tiles(int count) => TileCount.Add(count);

    private static string TextOf(PredictStage stage) => stage switch
    {
        PredictStage.Found => "files",
        PredictStage.Preprocessing => "preprocessing",
        PredictStage.Network => "network",
        _ => "export",
    };
}
