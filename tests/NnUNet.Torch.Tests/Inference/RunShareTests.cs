using NnUNet.Torch.Inference;

namespace NnUNet.Torch.Tests.Inference;

public sealed class RunShareTests
{
    private readonly Dictionary<PredictStage, TimeSpan> _means = [];

    [Fact]
    public void AsLongAsNothingIsMeasured_OnlyTheNetworkCounts()
    {
        RunShare run = Of(2);

        Assert.Equal(0, run.At("a", PredictStage.Preprocessing, 0));
        Assert.Equal(0, run.At("a", PredictStage.Network, 0));
        Assert.Equal(0.25, run.At("a", PredictStage.Network, 0.5));
        Assert.Equal(0.25, run.At("b", PredictStage.Preprocessing, 0));
    }

    [Fact]
    public void WhatOnlyReadingHasTaken_IsNoBasis()
    {
        Measure(PredictStage.Preprocessing, 5);
        RunShare run = Of(2);

        Assert.Equal(0, run.At("a", PredictStage.Network, 0));
    }

    [Fact]
    public void StagesCountByTheTimeThatTheyTake()
    {
        Measure(PredictStage.Preprocessing, 2);
        Measure(PredictStage.Network, 6);
        Measure(PredictStage.Export, 2);
        RunShare run = Of(2);

        Assert.Equal(0.1, run.At("a", PredictStage.Network, 0), 9);
        Assert.Equal(0.25, run.At("a", PredictStage.Network, 0.5), 9);
        Assert.Equal(0.35, run.At("b", PredictStage.Network, 0), 9);
        Assert.Equal(0.55, run.At("a", PredictStage.Export, 0.5), 9);
        Assert.Equal(0.6, run.End("a"), 9);
        Assert.Equal(1, run.End("b"), 9);
    }

    [Fact]
    public void AStageThatTurnsOutLonger_TakesNothingBack()
    {
        // Given
        RunShare run = Of(2);
        Measure(PredictStage.Network, 1);
        run.At("a", PredictStage.Export, 0);
        double before = run.At("b", PredictStage.Network, 0.5);

        // When
        Measure(PredictStage.Export, 9);

        // Then
        Assert.Equal(0.75, before);
        Assert.Equal(0.75, run.At("b", PredictStage.Network, 0.5));
    }

    [Fact]
    public void ACaseThatFails_IsDone()
    {
        RunShare run = Of(2);

        run.At("a", PredictStage.Preprocessing, 0);

        Assert.Equal(0.5, run.End("a"));
    }

    private RunShare Of(int cases) => new(cases, stage => _means.GetValueOrDefault(stage));

    private void Measure(PredictStage stage, double seconds) => _means[stage] = TimeSpan.FromSeconds(seconds);
}
