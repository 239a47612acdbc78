using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Torch.Inference;

namespace NnUNet.Cli.Texts;

/// <summary>
/// The reports of a prediction, whose cases go through the stages side by side, as the steps of one progress line: the case in
/// the network with its tiles while there is one, else the one that was heard of last. One thread at a time.
/// </summary>
internal sealed class PredictSteps
{
    // In a box of its own: a field of one of torch's types would have each look at this assembly's types load torch.
    private object? _inNetwork;
    private bool _lowResolution; // there was one: what follows is the full one
    private bool _atLowResolution;
    private bool _computes;

    /// <summary>One report as a step.</summary>
    public Step Of(PredictProgress progress)
    {
        if (progress.LowResolution != _atLowResolution) _computes = false;
        _atLowResolution = progress.LowResolution;
        _lowResolution |= progress.LowResolution;
        if (progress.Stage == PredictStage.Network && progress.Share < 1) _inNetwork = progress;
        else if (_inNetwork is PredictProgress before && before.CaseId == progress.CaseId) _inNetwork = null;

        bool finished = progress is { Stage: PredictStage.Export, Share: >= 1 };
        PredictProgress shown = _inNetwork is PredictProgress inNetwork ? inNetwork : progress;
        bool begins = !_computes && progress.Stage == PredictStage.Network; // loading and the first image are behind
        _computes |= begins;
        return new Step(shown.CaseId, progress.Done, progress.Total, Title(progress))
        {
            Detail = Detail(shown),
            Share = progress.RunShare,
            Begins = begins,
            Event = finished ? $"{progress.CaseId} done" : "",
        };
    }

    private string Title(PredictProgress progress) => progress switch
    {
        { Stage: PredictStage.Postprocessing } => "postprocessing what is there",
        { LowResolution: true } => "predicting at low resolution",
        _ => _lowResolution ? "predicting at full resolution" : "predicting",
    };

    private static string Detail(PredictProgress progress) => progress switch
    {
        { Stage: PredictStage.Network, Tiles: { Total: > 0 } tiles } => $"network, tiles {tiles.Done}/{tiles.Total}",
        { Stage: PredictStage.Export, Share: >= 1 } => "done",
        { Stage: PredictStage.Export, Share: > 0 } => string.Create(CultureInfo.InvariantCulture, $"export {progress.Share:0%}"),
        _ => PredictText.Of(progress.Stage),
    };
}
