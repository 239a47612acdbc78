using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Testing;
using NnUNet.Torch.Training;
using SkiaSharp;

namespace NnUNet.Pictures.Tests.Training;

public sealed class ProgressPlotTests
{
    private static readonly ValueArray<LabelName> Names = [new(1, "liver"), new(2, "tumour"), new(3, "")];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 118)]
    [InlineData(3, 2)]
    [InlineData(30, 12)]
    [InlineData(1000, 1)]
    [InlineData(1000, 118)]
    public void AnyCourse_BecomesAPicture(int epochs, int classes)
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        ProgressPlot.Save(folder.Root, Curves(epochs, classes), Settings, Names);

        // Then: a page on which there is more than text
        using SKBitmap picture = SKBitmap.Decode(folder["progress.png"]);
        Assert.Equal((1500, 1648), (picture.Width, picture.Height));
        Assert.Equal(new SKColor(0xfb, 0xfb, 0xfa), picture.GetPixel(2, 2));
        Assert.Contains(picture.Pixels, static p => p == new SKColor(0x24, 0x57, 0xc5));
    }

    [Fact]
    public void TheSameCourse_GivesTheSameBytes()
    {
        using TemporaryFolder folder = new(), other = new();

        ProgressPlot.Save(folder.Root, Curves(5, 3), Settings, Names);
        ProgressPlot.Save(other.Root, Curves(5, 3), Settings, Names);

        Assert.Equal(File.ReadAllBytes(folder["progress.png"]), File.ReadAllBytes(other["progress.png"]));
    }

    [Fact]
    public void UndefinedValues_AreLeftOut()
    {
        // Given Dice that no epoch has, and a loss that is not finite
        using TemporaryFolder folder = new();
        ValueArray<EpochRecord> curves = [.. Curves(3, 20).Select(static c => c with { Dice = double.NaN, DicePerClass = [.. c.DicePerClass.Select(static _ => double.NaN)], TrainingLoss = double.NaN })];

        // When
        ProgressPlot.Save(folder.Root, curves);

        // Then
        Assert.True(new FileInfo(folder["progress.png"]).Length > 1000);
        Assert.Equal(["moving average", "mean"], ProgressPlot.Panels(curves, [])[0].Curves.Select(static c => c.Name));
    }

    [Fact]
    public void ThePanels_AreDiceLossRateAndTime()
    {
        IReadOnlyList<CurvePanel> panels = ProgressPlot.Panels(Curves(4, 2), Names);

        Assert.Equal(["Dice of the validation patches", "Loss", "Learning rate", "Seconds per epoch"], panels.Select(static p => p.Title));
        Assert.Equal(["training", "validation"], panels[1].Curves.Select(static c => c.Name));
        Assert.Equal(["all", "waiting for data"], panels[3].Curves.Select(static c => c.Name));
        Assert.All(panels.SelectMany(static p => p.Curves), static c => Assert.Equal(4, c.Values.Length));
    }

    [Fact]
    public void EachClass_HasALineInItsColour_CalledByItsName()
    {
        // Given
        ValueArray<EpochRecord> curves = Curves(4, 3);

        // When
        CurvePanel dice = ProgressPlot.Panels(curves, Names)[0];

        // Then
        Assert.Equal(["moving average", "mean", "1 liver", "2 tumour", "label 3"], dice.Curves.Select(static c => c.Name));
        Assert.Equal([new SKColor(230, 159, 0), new SKColor(86, 180, 233), new SKColor(0, 158, 115)], dice.Curves.Skip(2).Select(static c => c.Colour));
        Assert.Equal(curves.Select(static c => c.DicePerClass[1]), dice.Curves[3].Values);
        Assert.Equal(curves[^1].DicePerClass[1], dice.Curves[3].Last);
        Assert.Empty(dice.Bands);
    }

    [Fact]
    public void OneClass_IsItsOwnMean() =>
        Assert.Equal(["moving average", "1 liver"], ProgressPlot.Panels(Curves(4, 1), Names)[0].Curves.Select(static c => c.Name));

    [Fact]
    public void ManyClasses_AreShownByTheirSpread_AndTheLowest()
    {
        // Given: classes 7, 12 and 40 are low, the others the better, the higher their number
        double[] dice = [.. Enumerable.Range(1, 118).Select(static c => 0.5 + (c / 1000.0))];
        (dice[6], dice[11], dice[39]) = (0.1, 0.2, 0.3);
        ValueArray<EpochRecord> curves = [.. Curves(15, 118).Select(c => c with { DicePerClass = [.. dice] })];

        // When
        CurvePanel panel = ProgressPlot.Panels(curves, Names)[0];

        // Then
        Assert.Equal("Dice of the validation patches: mean, spread and the 6 lowest of 118 classes", panel.Title);
        Assert.Equal(["moving average", "mean", "label 7", "label 12", "label 40", "1 liver", "2 tumour", "label 3"], panel.Curves.Select(static c => c.Name));
        Assert.Equal(["all 118 classes", "the middle half of them"], panel.Bands.Select(static b => b.Name));
        Assert.Equal((0.1, 0.618), (panel.Bands[0].Low[14], panel.Bands[0].High[14]));
        Assert.InRange(panel.Bands[1].Low[14], 0.5, 0.55);
        Assert.InRange(panel.Bands[1].High[14], 0.57, 0.6);
    }

    [Fact]
    public void TheMovingAverage_IsThatOfTheBestEpoch()
    {
        // Given: the second epoch has no Dice
        ValueArray<EpochRecord> curves = [.. Curves(3, 1).Select(static (c, i) => c with { Dice = i == 1 ? double.NaN : i / 2.0 })];

        // When
        Curve average = ProgressPlot.Panels(curves, Names)[0].Curves[0];

        // Then
        Assert.Equal([0, 0, 0.1], average.Values.Select(static v => Math.Round(v, 9)));
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(3, new[] { 1, 2, 3 })]
    [InlineData(25, new[] { 1, 5, 10, 15, 20, 25 })]
    [InlineData(1000, new[] { 1, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000 })]
    public void Ticks_StandAtWholeEpochs(int epochs, int[] expected) => Assert.Equal(expected, PanelPicture.Ticks(epochs));

    [Fact]
    public void TheHeading_SaysWhatIsTrained_AndHowFarItIs()
    {
        Assert.Equal("Task004_Hippocampus, 3d_fullres, fold 0", ProgressPlot.Title(Settings));
        Assert.Equal("Task004_Hippocampus, 3d_fullres, all cases", ProgressPlot.Title(Settings with { Fold = "all" }));
        Assert.Equal("3 of 1000 epochs · nnUNetTrainerV2 · nnUNetPlansv2.1", ProgressPlot.Subtitle(3, Settings));
        Assert.Equal(("Training", "1 epoch"), (ProgressPlot.Title(null), ProgressPlot.Subtitle(1, null)));
    }

    [Fact]
    public void AnEpochDuringWhichTheMachineSlept_DoesNotFlattenTheOthers()
    {
        ValueArray<EpochRecord> curves = [.. Curves(200, 1).Select(static (c, i) => c with { Seconds = i == 77 ? 100_000 : 100 })];

        Assert.InRange(ProgressPlot.Panels(curves, Names)[3].Range!.Value.High, 100, 300);
    }

    private static TrainingSettings Settings { get; } = new()
    {
        Trainer = "nnUNetTrainerV2",
        Configuration = "3d_fullres",
        Task = "Task004_Hippocampus",
        Fold = "0",
        Plans = "nnUNetPlansv2.1",
        Stage = 0,
        Epochs = 1000,
        Iterations = 250,
        ValidationIterations = 50,
        Seed = 12345,
        BatchSize = 2,
        PatchSize = [40, 56, 40],
        InitialPatchSize = [52, 68, 52],
        SliceWise = false,
        MirrorAxes = [0, 1, 2],
        ForegroundShare = 0.33,
        Network = "Generic_UNet",
        Loss = "DC_and_CE_loss",
        BatchDice = false,
        OutputWeights = [1],
        InitialLearningRate = 0.01,
        Momentum = 0.99,
        WeightDecay = 3e-5,
        MaxGradientNorm = 12,
        ValidationAverage = 0.9,
        Threads = 2,
        Device = "cpu",
    };

    private static ValueArray<EpochRecord> Curves(int epochs, int classes)
    {
        Random random = new(7);
        return Enumerable.Range(0, epochs).Select(e =>
        {
            double[] dice = [.. Enumerable.Range(0, classes).Select(c => Math.Clamp(((1 - Math.Exp(-(e + 1) / (6.0 + (2 * (c % 40))))) * (0.95 - (0.02 * (c % 19)))) + (0.02 * random.NextDouble()), 0, 1))];
            return new EpochRecord
            {
                TrainingLoss = Math.Exp(-e / 10.0) - 0.5 - (e * 0.0003) + (0.02 * random.NextDouble()),
                ValidationLoss = Math.Exp(-e / 12.0) - 0.4 - (e * 0.0002) + (0.06 * random.NextDouble()),
                Dice = dice.Average(),
                DicePerClass = [.. dice],
                Rate = 0.01 * Math.Pow(1 - (e / 1000.0), 0.9),
                Seconds = 100 + (10 * random.NextDouble()),
                WaitShare = 0.05 * random.NextDouble(),
            };
        }).ToValueArray();
    }
}
