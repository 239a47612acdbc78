using NnUNet.Core.Running;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Running;

/// <summary>The note of this process.</summary>
public sealed class RunNoteWriterTests : IDisposable
{
    private static readonly RunStep Step = new() { Title = "predicting", Item = "case_1", Done = 1, Total = 3 };
    private readonly TemporaryFolder _folder = new();

    private string Notes => Path.Combine(_folder.Root, RunNotes.FolderName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheNote_StandsThereWhileTheCommandWorks()
    {
        HandClock clock = new();
        using (RunNoteWriter writer = Writer(clock))
        {
            writer.KeepIn(_folder.Root);
            writer.Report(Step);
            clock.Tick(RunNoteWriter.Pause);

            RunNote note = Assert.Single(RunNotes.In(_folder.Root, clock.GetUtcNow()));
            Assert.Equal(("nnUNet_predict", Step), (note.Command, note.Step));
            Assert.Equal(["-t", "4"], note.Arguments);
        }

        Assert.False(Directory.Exists(Notes));
    }

    [Fact]
    public void ACommandThatEndsWithinASecond_LeavesNoTrace()
    {
        HandClock clock = new();
        using RunNoteWriter writer = Writer(clock);
        writer.KeepIn(_folder.Root);

        writer.Report(Step);

        Assert.False(Directory.Exists(Notes));
    }

    [Fact]
    public void WhatChanges_IsWrittenOnceASecond()
    {
        HandClock clock = new();
        using RunNoteWriter writer = Writer(clock);
        writer.KeepIn(_folder.Root);
        writer.Report(Step);
        clock.Tick(RunNoteWriter.Pause);
        writer.Report(Step with { Done = 2 });
        Assert.Equal(1, RunNotes.In(_folder.Root, clock.GetUtcNow()).Single().Step.Done);

        clock.Tick(RunNoteWriter.Pause);

        Assert.Equal(2, RunNotes.In(_folder.Root, clock.GetUtcNow()).Single().Step.Done);
    }

    [Fact]
    public void ANoteOfLongWork_IsKeptFresh()
    {
        HandClock clock = new();
        using RunNoteWriter writer = Writer(clock);
        writer.KeepIn(_folder.Root);
        writer.Report(Step);
        clock.Tick(RunNoteWriter.Pause);
        DateTimeOffset first = RunNotes.In(_folder.Root, clock.GetUtcNow()).Single().Updated;

        clock.Tick(RunNoteWriter.Beat);

        Assert.Equal(first + RunNoteWriter.Beat, RunNotes.In(_folder.Root, clock.GetUtcNow()).Single().Updated);
    }

    [Fact]
    public void AFolderThatIsMissing_IsNotMade()
    {
        HandClock clock = new();
        using RunNoteWriter writer = Writer(clock);
        writer.KeepIn(_folder["results"]);
        writer.Report(Step);

        clock.Tick(RunNoteWriter.Pause);

        Assert.False(Directory.Exists(_folder["results"]));
    }

    [Fact]
    public void AFolderThatCannotBeWritten_DisturbsNothing()
    {
        HandClock clock = new();
        File.WriteAllText(Notes, "a file where the folder of the notes would be");
        using RunNoteWriter writer = Writer(clock);
        writer.KeepIn(_folder.Root);
        writer.Report(Step);

        clock.Tick(RunNoteWriter.Pause);

        Assert.True(File.Exists(Notes));
    }

    [Fact]
    public void NotesOfKilledCommands_AreRemoved()
    {
        HandClock clock = new();
        using RunNoteWriter writer = Writer(clock);
        string dead = RunNotes.FileOf(_folder.Root, int.MaxValue - 1);
        Foundation.ProductJson.Write(dead, new RunNote { Command = "nnUNet_predict", Host = Environment.MachineName, Process = int.MaxValue - 1, Started = clock.GetUtcNow(), Step = Step });
        writer.KeepIn(_folder.Root);
        writer.Report(Step);

        clock.Tick(RunNoteWriter.Pause);

        Assert.False(File.Exists(dead));
    }

    private static RunNoteWriter Writer(TimeProvider clock) => new("nnUNet_predict", ["-t", "4"], null, clock);

    /// <summary>A clock whose timer ticks when it is told to.</summary>
    private sealed class HandClock : TimeProvider
    {
        private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
        private TimeSpan _passed;
        private Action? _timer;

        public override DateTimeOffset GetUtcNow() => _start + _passed;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timer = () => callback(state);
            return new NoTimer();
        }

        public void Tick(TimeSpan time)
        {
            _passed += time;
            _timer?.Invoke();
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
