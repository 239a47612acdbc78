using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Tests.Benchmarks;

/// <summary>The sentences for machines whose figures are made up.</summary>
public sealed class MachineAssessmentTests
{
    [Fact]
    public void Sentences_ConvolutionsTakeMostOfAnIteration_SayConvolution()
    {
        // Given
        MachineFigures here = Machine(("iteration_3d_mixed", 0.5), ("convolutions_3d", 0.42), ("norms_3d", 0.04), ("batch_3d", 0.0125));

        // When
        IReadOnlyList<string> lines = MachineAssessment.Sentences(here, Machine());

        // Then
        Assert.Equal(
            "Training in 3D is limited by convolution: of an iteration of 500.0 ms (bfloat16) convolutions take 84 %, norms 8 %, and loss, optimiser and copies 8 %. "
            + "One loader thread makes a batch in 12.5 ms, 40 times as fast as needed.",
            Assert.Single(lines));
    }

    [Fact]
    public void Sentences_NormsTakeMost_SayNorms()
    {
        MachineFigures here = Machine(("iteration_2d_float32", 1.0), ("convolutions_2d", 0.3), ("norms_2d", 0.6), ("batch_2d", 0.1));

        Assert.StartsWith("Training in 2D is limited by norms, which memory is too slow for: ", Assert.Single(MachineAssessment.Sentences(here, Machine())), StringComparison.Ordinal);
    }

    [Fact]
    public void Sentences_PartsTakeLessThanTheIteration_SayTheRest()
    {
        MachineFigures here = Machine(("iteration_2d_float32", 1.0), ("convolutions_2d", 0.2), ("norms_2d", 0.1), ("batch_2d", 0.1));

        Assert.StartsWith("Training in 2D is limited by loss, optimiser and copies: ", Assert.Single(MachineAssessment.Sentences(here, Machine())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.15, "one thread needs 150.0 ms for a batch; 2 loader threads keep up (nnUNet_n_proc_DA=2).")]
    [InlineData(0.35, "one thread needs 350.0 ms for a batch; 4 loader threads would keep up, more than the 2 cores.")]
    public void Sentences_BatchesTakeLongerThanIterations_SayDataAndHowManyThreads(double batch, string expected)
    {
        MachineFigures here = Machine(("iteration_3d_mixed", 0.1), ("convolutions_3d", 0.08), ("norms_3d", 0.01), ("batch_3d", batch));

        string line = Assert.Single(MachineAssessment.Sentences(here, Machine()));

        Assert.StartsWith("Training in 3D is limited by data: " + expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Sentences_SlowDisk_SayWhatTrainingNeeds()
    {
        // Given: 2 patches of 73x80x64 voxels, 8 bytes each, ten times a second
        MachineFigures here = Machine(("iteration_3d_mixed", 0.1), ("convolutions_3d", 0.08), ("norms_3d", 0.01), ("batch_3d", 0.01), ("disk_read", 20e6));

        Assert.Contains(
            "The disk of the preprocessed data reads 20 MB/s, but training in 3D needs up to 60 MB/s until the cases are in memory: use a faster one.",
            MachineAssessment.Sentences(here, Machine()));
    }

    [Theory]
    [InlineData(0.05, 0.3, "limited by the network: an image of 128x256x256 takes the network 259.20 s (648 tiles, 8 mirrorings), its export with 5 classes 300.0 ms.")]
    [InlineData(0.0001, 3.0, "limited by the export: an image of 128x256x256 takes the network 518.4 ms (648 tiles, 8 mirrorings), its export with 5 classes 3.00 s.")]
    public void Sentences_TileAndExport_SayWhatLimitsPrediction(double tile, double export, string expected)
    {
        MachineFigures here = Machine(("tile_3d", tile), ("export", export));

        Assert.Equal("Prediction in 3D is " + expected, Assert.Single(MachineAssessment.Sentences(here, Machine())));
    }

    [Fact]
    public void Sentences_MuchSlowerOrFasterThanTheReference_SaySoAndWhy()
    {
        // Given
        MachineFigures here = Machine(("convolutions_3d", 0.8), ("memory_copy", 30e9), ("batch_3d", 0.011)) with { Precision = ComputePrecision.Float32 };
        MachineFigures reference = Machine(("convolutions_3d", 0.2), ("memory_copy", 10e9), ("batch_3d", 0.010));

        // When
        IReadOnlyList<string> lines = MachineAssessment.Sentences(here, reference);

        // Then
        Assert.Equal(
            (string[])[
                "Compared with the reference machine: convolutions in 3D 4.00 times slower (here in float32, there in bfloat16).",
                "Compared with the reference machine: memory_copy 3.00 times faster.",
                "About as fast as the reference machine, within 1.25 times: making a batch in 3D."],
            lines);
    }

    [Fact]
    public void Sentences_EveryFigureOfTheTable_IsComparedWithTheTablesNumber()
    {
        // Given: every figure of the reference machine, each slower or faster by another factor
        MachineFigures reference = MachineFigures.Reference();
        MachineFigures here = reference with
        {
            Figures = reference.Figures.Select(static (f, i) => f with { Value = f.Value * (i % 2 == 0 ? 1.3 + (0.01 * i) : 1 / (1.5 + (0.01 * i))) }).ToValueArray(),
        };

        // When
        string all = string.Join(' ', MachineAssessment.Sentences(here, reference).Where(static l => l.StartsWith("Compared", StringComparison.Ordinal)));

        // Then
        Assert.All(here.Figures.Zip(reference.Figures), pair => Assert.Contains(pair.First.ComparedWith(pair.Second), all, StringComparison.Ordinal));
        Assert.Equal(here.Figures.Count, all.Split(" times ").Length - 1);
    }

    [Fact]
    public void Sentences_PartsThatTakeLongerThanTheIteration_ShareIt()
    {
        MachineFigures here = Machine(("iteration_3d_mixed", 0.4), ("convolutions_3d", 0.39), ("norms_3d", 0.13), ("batch_3d", 0.01));

        Assert.Contains("convolutions take 75 %, norms 25 %, and loss, optimiser and copies 0 %", Assert.Single(MachineAssessment.Sentences(here, Machine())), StringComparison.Ordinal);
    }

    [Fact]
    public void Sentences_BusyMachine_SaySoFirst()
    {
        MachineFigures here = Machine(("tile_3d", 0.1), ("export", 0.1));
        here = here with { Machine = here.Machine with { Load = 3.5 } };

        Assert.StartsWith("The machine was busy (load 3.5 on 2 cores)", MachineAssessment.Sentences(here, Machine())[0], StringComparison.Ordinal);
    }

    private static MachineFigures Machine(params (string Key, double Value)[] figures) => new()
    {
        Machine = new MachineFacts { Processor = "made up", Cores = 2, MemoryBytes = 1L << 34, System = "none", Runtime = "none", Date = default, Load = 0 },
        Device = "cpu",
        Precision = ComputePrecision.BFloat16,
        Threads = 2,
        Figures = figures.Select(static f => new MachineFigure { Key = f.Key, Text = f.Key, Value = f.Value, IsRate = f.Value > 1e6, Runs = 5 }).ToValueArray(),
    };
}
