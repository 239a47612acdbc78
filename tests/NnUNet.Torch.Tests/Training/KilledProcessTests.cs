using System.Diagnostics;
using NnUNet.Core.Augmentation;
using NnUNet.Testing;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A training in a process that is killed at random points, again and again.</summary>
public sealed class KilledProcessTests : LeakCheckedTest
{
    private const int Epochs = 4;
    private const int Kills = 4;

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void KilledAtRandomPoints_TheWeightsAreThoseOfAnUninterruptedTraining(ComputePrecision precision)
    {
        // Given
        using ToyTask untouched = new();
        TrainingRun.Execute(untouched.Options with { Epochs = Epochs, LoaderThreads = 1, Precision = precision });
        using ToyTask killed = new();
        RandomStream random = new(2024, 0, 0, 0);

        // When
        for (int kill = 0; kill < Kills; kill++) KillAfterSomeCheckpoints(killed, precision, continues: kill > 0, random.Int(1, 5), random.Int(0, 80));
        Finish(killed, precision);

        // Then
        Assert.Equal(TrainingRunTests.Weights(untouched), TrainingRunTests.Weights(killed));
    }

    /// <summary>Kills a process some milliseconds after it has written some checkpoints, or lets it end where it is faster.</summary>
    private static void KillAfterSomeCheckpoints(ToyTask toy, ComputePrecision precision, bool continues, int checkpoints, int milliseconds)
    {
        using ChildProgram process = Start(toy, precision, continues);
        DateTime last = LatestTime(toy);
        long begin = Stopwatch.GetTimestamp();
        for (int seen = 0; seen < checkpoints && !process.HasEnded;)
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < ChildProgram.Patience, "the training writes no checkpoint");
            Thread.Sleep(1);
            DateTime now = LatestTime(toy);
            if (now != last) (last, seen) = (now, seen + 1);
        }

        Thread.Sleep(milliseconds);
        process.Kill();
    }

    private static void Finish(ToyTask toy, ComputePrecision precision)
    {
        using ChildProgram process = Start(toy, precision, continues: true);
        process.WaitForEnd().MustSucceed();
    }

    private static ChildProgram Start(ToyTask toy, ComputePrecision precision, bool continues) =>
        ChildProgram.Start(ChildProgram.Dotnet, typeof(Program).Assembly.Location, Program.TrainToy, toy.Root, $"{Epochs}", $"{continues}", $"{precision}");

    private static DateTime LatestTime(ToyTask toy) => File.GetLastWriteTimeUtc(Path.Combine(toy.FoldPath, Checkpoint.Latest + Checkpoint.Ending));
}
