using NnUNet.Cli.Frame;
using NnUNet.Cli.Tests.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Torch.Inference;

namespace NnUNet.Cli.Tests.Texts;

public sealed class PredictProgressLinesTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void InALog_EachCaseHasItsLine_AndALongOneTellsItsTiles()
    {
        // Given
        using PredictProgressLines lines = Lines(interactive: false);

        // When: loading and reading take 20 s, the first image 40 s in the network, the second one follows
        lines.Report(Preprocessing("a"));
        At(20, lines, Network("a", 0, 0, 0, 10));
        At(20, lines, Network("a", 0.5, 0.25, 5, 10), Preprocessing("b"));
        At(20, lines, Network("a", 1, 0.5, 10, 10), Export("a", 0, 0.5, 0), Network("b", 0, 0.5, 0, 10));
        At(1, lines, Export("a", 0.5, 0.5, 0), Export("a", 1, 0.5, 1));
        At(39, lines, Network("b", 1, 1, 10, 10) with { Done = 1 }, Export("b", 1, 1, 2));

        // Then
        Assert.Equal(
            [
                "predicting: 0/2, a, network, tiles 0/10, 30 s so far",
                "predicting: 0/2, a, network, tiles 5/10, 1:00 min so far, about 40 s left",
                "predicting: 1/2, a done, 1:01 min so far, about 40 s left",
                "predicting: 1/2, b, network, tiles 0/10, 1:31 min so far, about 10 s left",
                "predicting: 2/2, b done, 1:40 min so far",
                "predicting: 2/2 in 1:40 min",
                "",
            ],
            Printed());
    }

    [Fact]
    public void OnATerminal_TheCaseInTheNetworkStays_WhateverOthersDo()
    {
        // Given
        using PredictProgressLines lines = Lines(interactive: true);

        // When
        lines.Report(Preprocessing("a"));
        At(20, lines, Network("a", 0, 0, 0, 10));
        At(20, lines, Network("a", 0.5, 0.25, 5, 10));
        At(1, lines, Preprocessing("b"));

        // Then
        Assert.Contains("0/2  a  network, tiles 5/10  41 s  about 1:00 min left", _output.ToString().Split('\r')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void BothStagesOfACascade_AreShown()
    {
        // Given
        using PredictProgressLines lines = Lines(interactive: false);

        // When
        lines.Report(Preprocessing("a") with { LowResolution = true });
        At(1, lines, Export("a", 1, 1, 2) with { LowResolution = true }, Preprocessing("a"));
        At(2, lines, Export("a", 1, 1, 2));

        // Then
        Assert.Equal(["predicting at low resolution: 2/2 in 1.0 s", "predicting at full resolution: 2/2 in 2.0 s"], Printed().Where(static l => l.Contains(" in ", StringComparison.Ordinal)));
    }

    [Fact]
    public void AtFullResolutionOfACascade_TheTimeLeftCounts_FromItsOwnFirstImageInTheNetwork()
    {
        // Given
        using PredictProgressLines lines = Lines(interactive: true);

        // When: the low resolution takes 20 s, reading for the full one 20 s, a quarter of the work in the network 40 s
        lines.Report(Network("a", 0, 0, 0, 10) with { LowResolution = true });
        At(20, lines, Export("a", 1, 1, 2) with { LowResolution = true }, Preprocessing("a"));
        At(20, lines, Network("a", 0, 0, 0, 10));
        At(20, lines, Network("a", 0.25, 0.125, 2, 10));
        At(20, lines, Network("a", 0.5, 0.25, 5, 10));
        At(1, lines, Preprocessing("b"));

        // Then
        Assert.Contains("predicting at full resolution  0/2  a  network, tiles 5/10  1:01 min  about 2:00 min left", _output.ToString().Split('\r')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_IsToldOnceAtTheEnd_OfTheLargestCase()
    {
        using PredictProgressLines lines = Lines(interactive: false);

        At(1, lines, Memory("a", 1), Memory("b", 3), Memory("c", 2));
        lines.End();

        string line = Assert.Single(Printed(), static l => l.Contains("with the program and its network", StringComparison.Ordinal));
        Assert.StartsWith("Memory: at most ", line, StringComparison.Ordinal);
        Assert.EndsWith(" GB with the program and its network (b)", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_IsToldOfEachCase_WhereEverythingIsAskedFor()
    {
        using PredictProgressLines lines = Lines(interactive: false, verbose: true);

        At(1, lines, Memory("a", 1), Memory("b", 3) with { ExpectedFileBytes = 1L << 30 });

        Assert.StartsWith("a: at most ", Printed()[0], StringComparison.Ordinal);
        Assert.EndsWith("and 1 GB on the disk for its probabilities", Printed()[1], StringComparison.Ordinal);
    }

    private static PredictProgress Preprocessing(string caseId) => new(caseId, PredictStage.Preprocessing, 0, 0, 2);

    private static PredictProgress Memory(string caseId, int gigabytes) => Preprocessing(caseId) with { ExpectedBytes = (long)gigabytes << 30 };

    private static PredictProgress Network(string caseId, double share, double runShare, int done, int total) =>
        new(caseId, PredictStage.Network, share, 0, 2) { RunShare = runShare, Tiles = new TileProgress(done, total) { Share = share } };

    private static PredictProgress Export(string caseId, double share, double runShare, int done) => new(caseId, PredictStage.Export, share, done, 2) { RunShare = runShare };

    private PredictProgressLines Lines(bool interactive, bool verbose = false) => new(new Terminal(_output, _output, interactive, width: 100), verbose, _clock);

    private string[] Printed() => _output.ToString().Split(Environment.NewLine);

    private void At(int seconds, PredictProgressLines lines, params PredictProgress[] reports)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        foreach (PredictProgress report in reports) lines.Report(report);
    }
}
