using System.Diagnostics;

namespace NnUNet.Torch.Inference;

/// <summary>Measures <see cref="PredictTimes"/>. Safe for several threads.</summary>
internal sealed class StageClock
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Dictionary<PredictStage, (TimeSpan Sum, int Cases)> _stages = [];
    private TimeSpan _loaded;
    private TimeSpan _lastComputed;

    /// <summary>The networks are loaded.</summary>
    public void Loaded() => _lastComputed = _loaded = Stopwatch.GetElapsedTime(_begin);

    /// <summary>Does a stage of a case.</summary>
    public T Measure<T>(PredictStage stage, Func<T> work)
    {
        long begin = Stopwatch.GetTimestamp();
        T result = work();
        TimeSpan took = Stopwatch.GetElapsedTime(begin);
        lock (_gate)
        {
            (TimeSpan sum, int cases) = _stages.GetValueOrDefault(stage);
            _stages[stage] = (sum + took, cases + 1);
            if (stage == PredictStage.Network) _lastComputed = Stopwatch.GetElapsedTime(_begin);
        }

        return result;
    }

    /// <summary>What was measured; null where no case came out of the networks.</summary>
    public PredictTimes? Read()
    {
        lock (_gate)
        {
            if (!_stages.TryGetValue(PredictStage.Network, out (TimeSpan Sum, int Cases) network)) return null;
            TimeSpan all = _lastComputed - _loaded;
            return new PredictTimes(
                _loaded, Mean(PredictStage.Preprocessing), Mean(PredictStage.Network), Mean(PredictStage.Export), all - network.Sum, all > TimeSpan.Zero ? network.Sum / all : 1);
        }
    }

    /// <summary>What a stage of a case has taken on average; zero while none has ended.</summary>
    public TimeSpan Mean(PredictStage stage)
    {
        lock (_gate) return _stages.TryGetValue(stage, out (TimeSpan Sum, int Cases) of) ? of.Sum / of.Cases : TimeSpan.Zero;
    }
}
