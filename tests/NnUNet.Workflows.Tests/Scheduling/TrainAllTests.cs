using System.Collections.Concurrent;
using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Tests.Scheduling;

/// <summary>The order of trainings, with trainings that only pretend.</summary>
public sealed class TrainAllTests
{
    private static readonly FoldWork Low0 = Work("3d_lowres", "0"), Low1 = Work("3d_lowres", "1"), Full0 = Work("3d_fullres", "0");

    private static readonly FoldWork Cascade0 = Work("3d_cascade_fullres", "0") with { Needs = [Low0.Key, Low1.Key] };

    private readonly ConcurrentQueue<string> _events = new();

    [Fact]
    public void Folds_AreTrainedInThePlansOrder()
    {
        IReadOnlyList<FoldResult> results = TrainAll.Run(Plan([Low0, Low1, Full0, Cascade0]), Pretend, null, default);

        Assert.Equal(
            ["3d_lowres 0", "3d_lowres 1", "3d_fullres 0", "3d_cascade_fullres 0"],
            _events.Where(static e => !e.StartsWith("end", StringComparison.Ordinal)));
        Assert.All(results, static r => Assert.Equal(FoldOutcome.Done, r.Outcome));
    }

    [Fact]
    public void WhatIsComplete_IsNotTrainedAgain()
    {
        FoldWork complete = Low0 with { State = FoldState.Complete, Dice = 0.75 };

        IReadOnlyList<FoldResult> results = TrainAll.Run(Plan([complete, Low1, Cascade0]), Pretend, null, default);

        Assert.DoesNotContain("3d_lowres 0", _events);
        Assert.Contains("3d_cascade_fullres 0", _events);
        Assert.Equal([FoldOutcome.WasComplete, FoldOutcome.Done, FoldOutcome.Done], results.Select(static r => r.Outcome));
        Assert.Equal(0.75, results[0].Dice);
    }

    [Fact]
    public void AFoldThatFails_StopsOnlyWhatNeedsIt()
    {
        IReadOnlyList<FoldResult> results = TrainAll.Run(
            Plan([Low0, Low1, Full0, Cascade0]),
            (options, progress, cancel) => options.Configuration == Configuration.LowResolution && options.Fold == "1"
                ? throw new DescribedException("epoch 3", "the loss is NaN", "look at the cases")
                : Pretend(options, progress, cancel),
            null,
            default);

        Assert.Equal([FoldOutcome.Done, FoldOutcome.Failed, FoldOutcome.Done, FoldOutcome.Skipped], results.Select(static r => r.Outcome));
        Assert.Equal("epoch 3: the loss is NaN; look at the cases", results[1].Reason);
        Assert.Equal("it needs 3d_lowres, fold 1, which is not complete", results[3].Reason);
    }

    [Fact]
    public void DamagedCheckpoints_AreLeftForTheUser()
    {
        FoldWork damaged = Low0 with { State = FoldState.Damaged, Remark = "cut off" };

        IReadOnlyList<FoldResult> results = TrainAll.Run(Plan([damaged, Low1, Cascade0]), Pretend, null, default);

        Assert.Equal([FoldOutcome.Failed, FoldOutcome.Done, FoldOutcome.Skipped], results.Select(static r => r.Outcome));
        Assert.Equal("cut off", results[0].Reason);
    }

    [Fact]
    public void AFoldInTrainingElsewhere_ComesLast_AndIsSkippedAsLongAsItRuns()
    {
        FoldWork running = Low0 with { State = FoldState.Running, Remark = "process 4711 on ward3" };

        IReadOnlyList<FoldResult> still = TrainAll.Run(Plan([running, Low1, Cascade0]), Pretend, null, default);
        IReadOnlyList<FoldResult> ended = TrainAll.Run(
            Plan([running, Low1, Cascade0]), Pretend, null, default, static work => work.Key == Low0.Key ? Low0 with { State = FoldState.Complete, Dice = 0.5 } : work);

        Assert.Equal([FoldOutcome.Skipped, FoldOutcome.Done, FoldOutcome.Skipped], still.Select(static r => r.Outcome));
        Assert.Equal("process 4711 on ward3 trains it; repeat the command when that has ended", still[0].Reason);
        Assert.Equal([FoldOutcome.WasComplete, FoldOutcome.Done, FoldOutcome.Done], ended.Select(static r => r.Outcome));
        Assert.Equal(0.5, ended[0].Dice);
        Assert.DoesNotContain("3d_lowres 0", _events);
    }

    [Fact]
    public void AFoldThatAnotherProcessTakesFirst_IsSkipped()
    {
        IReadOnlyList<FoldResult> results = TrainAll.Run(Plan([Low0]), (_, _, _) => throw new FoldInUseException("fold_0", "process 4711 on ward3"), null, default);

        Assert.Equal(FoldOutcome.Skipped, results[0].Outcome);
    }

    [Fact]
    public void AFoldThatWasInterruptedMeanwhile_GoesOn()
    {
        bool continues = false;

        TrainAll.Run(
            Plan([Low0]),
            (options, progress, cancel) =>
            {
                continues = options.Continue;
                return Pretend(options, progress, cancel);
            },
            null,
            default,
            static work => work with { State = FoldState.Interrupted });

        Assert.True(continues);
    }

    [Fact]
    public void TwoDevices_TrainTwoFoldsAtATime()
    {
        // Given trainings of which two must meet to go on
        using Barrier meeting = new(2);
        ConcurrentBag<TorchDevice> devices = [];

        // When
        TrainAll.Run(
            Plan([Low0, Low1], new TorchDevice(true, 0), new TorchDevice(true, 1)),
            (options, progress, cancel) =>
            {
                Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(2), CancellationToken.None));
                devices.Add(options.Device);
                return Pretend(options, progress, cancel);
            },
            null,
            default);

        // Then
        Assert.Equal([new TorchDevice(true, 0), new TorchDevice(true, 1)], devices.OrderBy(static d => d.Index));
    }

    [Fact]
    public void TheProcessorNamedTwice_TrainsTwoFoldsAtATime_AndOneThatDiesStopsNoOther()
    {
        // Given three trainings, of which the first two must meet, and one dies then
        using Barrier meeting = new(2);
        FoldWork low2 = Work("3d_lowres", "2");

        // When
        IReadOnlyList<FoldResult> results = TrainAll.Run(
            Plan([Low0, Low1, low2, Cascade0], TorchDevice.Cpu, TorchDevice.Cpu),
            (options, progress, cancel) =>
            {
                if (options.Fold != "2") Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(2), CancellationToken.None));
                return options.Fold == "1" ? throw new DescribedException("training on cpu", "its process was killed by signal 9", "repeat the command") : Pretend(options, progress, cancel);
            },
            null,
            default);

        // Then
        Assert.Equal([FoldOutcome.Done, FoldOutcome.Failed, FoldOutcome.Done, FoldOutcome.Skipped], results.Select(static r => r.Outcome));
        Assert.Equal("training on cpu: its process was killed by signal 9; repeat the command", results[1].Reason);
    }

    [Fact]
    public void Devices_TheProcessorMayBeNamedAgain_ACudaDeviceMayNot()
    {
        TrainAllOptions options = Plan([Low0]).Options;

        Assert.Empty((options with { Devices = [TorchDevice.Cpu, TorchDevice.Cpu, new TorchDevice(true, 0)] }).Faults());
        Assert.Contains(
            "cuda:0 trains one fold at a time",
            Assert.Single((options with { Devices = [new TorchDevice(true, 0), TorchDevice.Cpu, new TorchDevice(true, 0)] }).Faults()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheEstimate_IsSharedByTheDevices()
    {
        FoldWork[] work = [.. ((FoldWork[])[Low0, Low1]).Select(static w => w with { Estimate = TimeSpan.FromHours(2) })];

        Assert.Equal(TimeSpan.FromHours(4), Plan(work).Estimate);
        Assert.Equal(TimeSpan.FromHours(2), Plan(work, TorchDevice.Cpu, TorchDevice.Cpu).Estimate);
    }

    [Fact]
    public void ADeviceWithoutWork_TakesWhatNeedsNothing_AndTheCascadeWaits()
    {
        TrainAll.Run(Plan([Low0, Low1, Cascade0, Full0], new TorchDevice(true, 0), new TorchDevice(true, 1)), Pretend, null, default);

        string[] events = [.. _events];
        Assert.True(Array.IndexOf(events, "3d_cascade_fullres 0") > Array.IndexOf(events, "end 3d_lowres 0"));
        Assert.True(Array.IndexOf(events, "3d_cascade_fullres 0") > Array.IndexOf(events, "end 3d_lowres 1"));
        Assert.Contains("3d_fullres 0", events);
    }

    [Fact]
    public void AnInterruption_EndsTheTrainingAndStartsNoOther()
    {
        using CancellationTokenSource cancel = new();

        IReadOnlyList<FoldResult> results = TrainAll.Run(
            Plan([Low0, Low1, Full0]),
            (options, _, _) =>
            {
                cancel.Cancel();
                return new TrainingResult(false, "", 1, null);
            },
            null,
            cancel.Token);

        Assert.Equal([FoldOutcome.Interrupted, FoldOutcome.NotStarted, FoldOutcome.NotStarted], results.Select(static r => r.Outcome));
    }

    [Fact]
    public void ATimeThatIsOver_EndsTheTrainingAndStartsNoOther()
    {
        // Given a training that goes on until it is told to stop
        TrainAllPlan plan = Plan([Low0, Low1]);
        plan = plan with { Options = plan.Options with { MaxTime = TimeSpan.FromMilliseconds(50) } };

        // When
        IReadOnlyList<FoldResult> results = TrainAll.Run(
            plan,
            static (_, _, cancel) => new TrainingResult(!cancel.WaitHandle.WaitOne(TimeSpan.FromMinutes(2)), "", 1, null),
            null,
            default);

        // Then
        Assert.Equal([FoldOutcome.Interrupted, FoldOutcome.NotStarted], results.Select(static r => r.Outcome));
        Assert.All(results, static r => Assert.True(r.IsLeft));
    }

    [Theory]
    [InlineData(FoldState.Missing, false, false)]
    [InlineData(FoldState.Interrupted, true, false)]
    [InlineData(FoldState.NotValidated, false, true)]
    public void AFold_GoesOnWhereItWas(FoldState state, bool continues, bool validates)
    {
        FoldWork work = Low0 with { State = state };

        TrainingOptions options = TrainAll.OptionsOf(Plan([work]), work, TorchDevice.Cpu);

        Assert.Equal(continues, options.Continue);
        Assert.Equal(validates, options.ValidationOnly);
        Assert.Equal(Configuration.LowResolution, options.Configuration);
        Assert.Equal("0", options.Fold);
    }

    [Fact]
    public void OneDevice_LeavesTheThreadsToTheTraining_SeveralShareTheCores()
    {
        TrainingOptions alone = TrainAll.OptionsOf(Plan([Low0]), Low0, TorchDevice.Cpu);
        TrainingOptions shared = TrainAll.OptionsOf(Plan([Low0], new TorchDevice(true, 0), new TorchDevice(true, 1)), Low0, new TorchDevice(true, 1));

        Assert.Null(alone.Threads);
        Assert.InRange(shared.Threads!.Value, 1, Math.Max(1, Environment.ProcessorCount / 2));
        Assert.NotNull(shared.LoaderThreads);
    }

    [Fact]
    public void BeginAndEndOfEachFold_AreTold()
    {
        List<string> told = [];

        TrainAll.Run(Plan([Low0]), Pretend, new Told(p => told.Add($"{p.Work.Key}: {p.Result?.Outcome.ToString() ?? "begins"}")), default);

        Assert.Equal(["3d_lowres, fold 0: begins", "3d_lowres, fold 0: Done"], told);
    }

    private static FoldWork Work(string configuration, string fold) => new()
    {
        Key = new FoldKey(Configuration.Parse(configuration), "nnUNetTrainerV2", fold),
        State = FoldState.Missing,
        Epoch = 0,
        Epochs = 10,
    };

    private static TrainAllPlan Plan(FoldWork[] work, params TorchDevice[] devices) => new(
        "Task900_Toy",
        new TrainAllOptions
        {
            Each = new TrainingOptions { Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = "nowhere" }), Configuration = Configuration.FullResolution, Task = "900", Fold = "0" },
            Devices = devices.Length > 0 ? [.. devices] : [TorchDevice.Cpu],
        },
        [.. work]);

    private TrainingResult Pretend(TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        _events.Enqueue($"{options.Configuration} {options.Fold}");
        _events.Enqueue($"end {options.Configuration} {options.Fold}");
        return new TrainingResult(true, "", 10, null);
    }

    private sealed class Told(Action<TrainAllProgress> tell) : IProgress<TrainAllProgress>
    {
        public void Report(TrainAllProgress value) => tell(value);
    }
}
