using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Testing;
using NnUNet.Torch.Training;

namespace NnUNet.Pictures.Tests.Training;

public sealed class ProgressPlotTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void TheCurves_BecomeAPicture(int epochs)
    {
        using TemporaryFolder folder = new();

        ProgressPlot.Save(folder.Root, Curves(epochs));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder["progress.png"]).Take(4));
    }

    [Fact]
    public void UndefinedDice_IsLeftOut()
    {
        using TemporaryFolder folder = new();
        ValueArray<EpochRecord> curves = [.. Curves(3).Select(static c => c with { Dice = double.NaN })];

        ProgressPlot.Save(folder.Root, curves);

        Assert.True(new FileInfo(folder["progress.png"]).Length > 1000);
    }

    private static ValueArray<EpochRecord> Curves(int epochs) => Enumerable.Range(0, epochs).Select(static e => new EpochRecord
    {
        TrainingLoss = Math.Exp(-e / 10.0) - 0.5,
        ValidationLoss = Math.Exp(-e / 12.0) - 0.4,
        Dice = 1 - Math.Exp(-e / 8.0),
        DicePerClass = [0.5],
        Rate = 0.01,
        Seconds = 1,
        WaitShare = 0,
    }).ToValueArray();
}
