namespace NnUNet.Torch.Inference;

/// <summary>How much of a run is done, by the stages of its cases. One caller at a time.</summary>
/// <param name="cases">Cases of the run.</param>
/// <param name="mean">What a stage has taken on average; zero while none has ended.</param>
/// <remarks>
/// Stages of different cases run side by side, so a case that is ready for the network has done its share already. What has
/// not been measured yet counts as nothing, but for the network: it is the stage that tells how far it is. A run is done when all its cases are.
/// </remarks>
internal sealed class RunShare(int cases, Func<PredictStage, TimeSpan> mean)
{
    /// <summary>What is left of a run, in cases, as long as one has not ended.</summary>
    private const double Left = 0.01;

    private readonly Dictionary<string, (PredictStage Stage, double Share)> _open = new(StringComparer.Ordinal);
    private int _ended;
    private double _most;

    /// <summary>A case is somewhere in a stage.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="stage">Its stage.</param>
    /// <param name="share">How much of the stage is done, 0 to 1.</param>
    /// <returns>How much of the run is done, 0 to 1.</returns>
    public double At(string caseId, PredictStage stage, double share)
    {
        _open[caseId] = (stage, share);
        return Value();
    }

    /// <summary>A case is finished or has failed.</summary>
    /// <param name="caseId">The case.</param>
    /// <returns>How much of the run is done, 0 to 1.</returns>
    public double End(string caseId)
    {
        _open.Remove(caseId);
        _ended++;
        return Value();
    }

    private double Value()
    {
        if (cases == 0) return 0;
        double preprocessing = 0, network = mean(PredictStage.Network).TotalSeconds, export = 0;
        if (network > 0) (preprocessing, export) = (mean(PredictStage.Preprocessing).TotalSeconds, mean(PredictStage.Export).TotalSeconds);
        else network = 1;

        double all = preprocessing + network + export;
        double sum = _ended + _open.Values.Sum(o => o.Stage switch
        {
            PredictStage.Preprocessing => o.Share * preprocessing / all,
            PredictStage.Network => (preprocessing + (o.Share * network)) / all,
            PredictStage.Export => (preprocessing + network + (o.Share * export)) / all,
            _ => 0,
        });
        _most = Math.Max(_most, _ended < cases ? Math.Min(sum, cases - Left) / cases : 1); // a stage that turns out longer takes nothing back
        return _most;
    }
}
