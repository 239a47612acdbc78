using NnUNet.Core.Running;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Running;

/// <summary>Notes of commands that run.</summary>
public sealed class RunNotesTests : IDisposable
{
    /// <summary>No system gives a process this number.</summary>
    private const int NoProcess = int.MaxValue - 1;

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ACommandThatRuns_IsListed()
    {
        Write("a", Note() with { Step = new RunStep { Title = "predicting", Item = "case_1", Done = 1, Total = 3, Share = 0.5, Remaining = 12 } });

        RunNote found = Assert.Single(RunNotes.In(_folder.Root, Now));

        Assert.Equal("nnUNet_predict", found.Command);
        Assert.Equal(12, found.Step.Remaining);
    }

    [Fact]
    public void ACommandThatWasKilled_IsNotListed()
    {
        Write("a", Note() with { Process = NoProcess });

        Assert.Empty(RunNotes.In(_folder.Root, Now));
    }

    [Fact]
    public void AnotherProcessOfTheSameNumber_IsNotTakenForTheCommand()
    {
        // This process began after the note was made.
        Write("a", Note() with { Started = Now.AddDays(-300) });

        Assert.Empty(RunNotes.In(_folder.Root, Now));
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(600, 0)]
    public void ACommandOfAnotherMachine_IsKnownByItsLastWord(int secondsAgo, int listed)
    {
        Write("a", Note() with { Host = "elsewhere", Process = NoProcess, Updated = Now.AddSeconds(-secondsAgo) });

        Assert.Equal(listed, RunNotes.In(_folder.Root, Now).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"command\": 3}")]
    [InlineData("no json")]
    public void WhatIsNoNote_IsLeftOut(string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, RunNotes.FolderName));
        File.WriteAllText(Path.Combine(_folder.Root, RunNotes.FolderName, "a.json"), text);

        Assert.Empty(RunNotes.In(_folder.Root, Now));
    }

    [Fact]
    public void NoFolder_HasNone() => Assert.Empty(RunNotes.In(_folder["nowhere"], Now));

    private static RunNote Note() => new()
    {
        Command = "nnUNet_predict",
        Host = Environment.MachineName,
        Process = Environment.ProcessId,
        Started = Now,
        Updated = Now,
        Step = new RunStep { Title = "predicting" },
    };

    private void Write(string name, RunNote note) => ProductJson.Write(Path.Combine(_folder.Root, RunNotes.FolderName, name + ".json"), note);
}
