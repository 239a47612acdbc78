using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Tests.Texts;

public sealed class TrainingLinesTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 22, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(120, "epoch   12/1000  iteration 125/250  [======      ]  loss -0.731  rate 0.0099  1.52 s each  waited 2%  ends Wed 00:30")]
    [InlineData(100, "epoch   12/1000  iteration 125/250  loss -0.731  1.52 s each  waited 2%  ends Wed 00:30")]
    [InlineData(80, "epoch   12/1000  iteration 125/250  loss -0.731  1.52 s each  ends Wed 00:30")]
    [InlineData(61, "epoch   12/1000  iteration 125/250  loss -0.731  1.52 s each")]
    [InlineData(null, "epoch 12/1000, iteration 125/250, loss -0.731, rate 0.0099, 1.52 s each, waited 2%, ends Wed 00:30")]
    public void ARunningEpoch_ShowsWhatFits(int? columns, string expected) => Assert.Equal(expected, TrainingLines.Running(Running, columns, Monday));

    [Theory]
    [InlineData(120, "epoch   12/1000  loss -0.731, val -0.689  Dice 0.842 (0.861 0.823)  rate 0.0099  6:20 min  waited 2%  ends Wed 00:30")]
    [InlineData(110, "epoch   12/1000  loss -0.731, val -0.689  Dice 0.842 (0.861 0.823)  6:20 min  waited 2%  ends Wed 00:30")]
    [InlineData(80, "epoch   12/1000  loss -0.731, val -0.689  Dice 0.842 (0.861 0.823)  6:20 min")]
    public void ACompleteEpoch_ShowsWhatFits(int columns, string expected) => Assert.Equal(expected, TrainingLines.Done(Done([0.861, 0.823]), columns, Monday));

    [Fact]
    public void ALargeWait_IsToldInNarrowLinesToo()
    {
        TrainingProgress waiting = Running with { WaitShare = 0.34 };

        Assert.Contains("waited 34%", TrainingLines.Running(waiting, 80, Monday), StringComparison.Ordinal);
    }

    [Fact]
    public void ManyClasses_AreToldByTheirLowest()
    {
        TrainingProgress done = Done([.. Enumerable.Range(0, 13).Select(static c => c == 6 ? 0.31 : 0.8)]);

        Assert.Contains("Dice 0.842 (class 7 0.310)", TrainingLines.Done(done, null, Monday), StringComparison.Ordinal);
    }

    [Fact]
    public void AnUndefinedClass_IsADash() => Assert.Contains("(0.861 -)", TrainingLines.Done(Done([0.861, double.NaN]), null, Monday), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "23:00")]
    [InlineData(5, "Tue 03:00")]
    [InlineData(200, "11 Mar 06:00")]
    public void TheEnd_IsATimeOnTheWall(int hours, string expected) => Assert.Equal(expected, ProgressText.TimeOfDay(Monday.AddHours(hours), Monday));

    private static TrainingProgress Running { get; } = new(TrainingPhase.Training, 11, 1000, 125, 250, -0.7312, TimeSpan.FromHours(26.5), "")
    {
        Rate = 0.009901,
        SecondsPerIteration = 1.52,
        WaitShare = 0.02,
    };

    private static TrainingProgress Done(double[] dice) => Running with
    {
        Phase = TrainingPhase.EpochDone,
        Record = new EpochRecord
        {
            TrainingLoss = -0.7312,
            ValidationLoss = -0.6891,
            Dice = 0.842,
            DicePerClass = [.. dice],
            Rate = 0.009901,
            Seconds = 380,
            WaitShare = 0.02,
        },
    };
}
