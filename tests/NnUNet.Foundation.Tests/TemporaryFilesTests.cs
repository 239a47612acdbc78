using System.Diagnostics;
using NnUNet.Testing;

namespace NnUNet.Foundation.Tests;

public sealed class TemporaryFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private int _ended;

    [Fact]
    public void RemoveAbandoned_FilesOfAProcessThatEnded_AreRemoved_AndNothingElse()
    {
        // Given
        string left = Left("a.nii.gz");
        string below = Left("below/b.npz");
        string unique = _folder[$"probabilities-{Guid.NewGuid():N}.{_ended}-1.tmp"];
        File.WriteAllText(unique, "half");
        string[] others = [.. new[] { "a.nii.gz", "notes.tmp", "a.1-x.tmp", "below/c.tmp" }.Select(n => _folder[n])];
        foreach (string other in others) File.WriteAllText(other, "somebody's");

        // When
        Leftovers here = TemporaryFiles.RemoveAbandoned(_folder.Root);
        Leftovers all = TemporaryFiles.RemoveAbandoned(_folder.Root, below: true);

        // Then
        Assert.Equal([left, unique], here.Removed.Order(StringComparer.Ordinal));
        Assert.Equal([below], all.Removed);
        Assert.Null(here.Notice);
        Assert.Equal(others.Order(StringComparer.Ordinal), Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RemoveAbandoned_AFileInWork_Stays()
    {
        // Given
        Leftovers? found = null;

        // When: another thread of this process is writing
        AtomicFile.Write(_folder["a.txt"], stream =>
        {
            stream.WriteByte(1);
            found = TemporaryFiles.RemoveAbandoned(_folder.Root);
        });

        // Then
        Assert.Equal(Leftovers.None, found);
        Assert.Equal([1], File.ReadAllBytes(_folder["a.txt"]));
    }

    [Fact]
    public void RemoveAbandoned_AFileThatIsHeld_Stays_WhateverItsNameSays()
    {
        // Given: held as by a process in a container, whose number means nothing here
        string left = Left("a.txt");
        using FileStream held = new(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        // Then
        Assert.Empty(TemporaryFiles.RemoveAbandoned(_folder.Root).Removed);
        Assert.True(File.Exists(left));
    }

    [SkippableFact]
    public void RemoveAbandoned_ALink_Stays()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a right there");

        // Given
        File.WriteAllText(_folder["precious"], "x");
        File.CreateSymbolicLink(_folder[$"a.{EndedProcess()}-1.tmp"], _folder["precious"]);

        // Then
        Assert.Equal(Leftovers.None, TemporaryFiles.RemoveAbandoned(_folder.Root));
        Assert.True(File.Exists(_folder["precious"]));
    }

    [Fact]
    public void WorkFolder_OfARunningProcess_Stays_AndGoesWithIt()
    {
        // Given
        WorkFolder work = WorkFolder.Create(_folder.Root, ".work-");
        File.WriteAllText(Path.Combine(work.Path, "a"), "x");

        // When
        Leftovers found = WorkFolder.RemoveAbandoned(_folder.Root, ".work-");
        bool there = Directory.Exists(work.Path);
        work.Dispose();

        // Then
        Assert.Equal(Leftovers.None, found);
        Assert.True(there);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void WorkFolder_OfAProcessThatEnded_IsRecoveredAndRemoved()
    {
        // Given: a copy of a folder in work, whose lock nobody holds
        using (WorkFolder work = WorkFolder.Create(_folder["from"], ".work-"))
        {
            File.WriteAllText(Path.Combine(work.Path, "a"), "x");
            Copies.Of(_folder["from"], _folder["to"]);
        }

        // When
        string? seen = null;
        Leftovers found = WorkFolder.RemoveAbandoned(_folder["to"], ".work-", folder => seen = File.ReadAllText(Path.Combine(folder, "a")));

        // Then
        Assert.Single(found.Removed);
        Assert.Equal("x", seen);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["to"]));
    }

    public void Dispose() => _folder.Dispose();

    private string Left(string name)
    {
        string path = _folder[$"{name}.{EndedProcess()}-7.tmp"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "half");
        return path;
    }

    private int EndedProcess()
    {
        if (_ended != 0) return _ended;
        using Process process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit(60_000);
        return _ended = process.Id;
    }
}
