using NnUNet.Cli.Frame;
using NnUNet.Core.Running;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Frame;

/// <summary>What shows progress keeps the note of the command.</summary>
public sealed class RunNoteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();

    private string File => RunNotes.FileOf(_folder.Root, Environment.ProcessId);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsShown_StandsInTheNote()
    {
        using RunNoteWriter note = new("nnUNet_predict", [], null, _clock);
        note.KeepIn(_folder.Root);
        Terminal terminal = new(TextWriter.Null, TextWriter.Null, interactive: false, Terminal.LogWidth) { Note = note };
        using ProgressPrinter<Step> printer = new(terminal, "predicting", static step => step, _clock);

        printer.Report(new Step("case_1", 1, 4) { Detail = "network" });
        _clock.Advance(RunNoteWriter.Pause);

        RunStep told = ProductJson.Read<RunNote>(File).Step;
        Assert.Equal(("predicting", "case_1", "network", 1L, 4L, 0.25), (told.Title, told.Item, told.Detail, told.Done, told.Total, told.Share));
    }

    [Fact]
    public void WhereNobodyAsksForOne_ThereIsNone()
    {
        Terminal terminal = new(TextWriter.Null, TextWriter.Null, interactive: false, Terminal.LogWidth);
        using ProgressPrinter<Step> printer = new(terminal, "predicting", static step => step, _clock);

        printer.Report(new Step("case_1", 1, 4));
        _clock.Advance(RunNoteWriter.Pause);

        Assert.False(System.IO.File.Exists(File));
    }
}
