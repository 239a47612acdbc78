using System.Globalization;
using NnUNet.Testing;

namespace NnUNet.Foundation.Tests;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string LockPath => _folder["new/training.lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryTake_HeldByAnother_IsFalseAndTheOwnerIsTold()
    {
        // Given
        Assert.True(FileLock.TryTake(LockPath, out FileLock? held));

        // When
        bool second = FileLock.TryTake(LockPath, out FileLock? none);
        string? owner = FileLock.OwnerOf(LockPath);
        held.Dispose();

        // Then
        Assert.False(second);
        Assert.Null(none);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"), owner);
    }

    [Fact]
    public void Dispose_GivesItBackAndLeavesNoFile()
    {
        // Given
        Assert.True(FileLock.TryTake(LockPath, out FileLock? first));
        first.Dispose();

        // When
        string? owner = FileLock.OwnerOf(LockPath);
        bool again = FileLock.TryTake(LockPath, out FileLock? second);
        second?.Dispose();

        // Then
        Assert.Null(owner);
        Assert.True(again);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(LockPath)!));
    }

    [Fact]
    public void TryTake_FilesOfAProcessThatWasKilled_AreNoObstacle()
    {
        // Given
        Directory.CreateDirectory(Path.GetDirectoryName(LockPath)!);
        File.WriteAllText(LockPath, "");
        File.WriteAllText(LockPath + ".txt", "process 1 on elsewhere");

        // When
        string? owner = FileLock.OwnerOf(LockPath);
        bool taken = FileLock.TryTake(LockPath, out FileLock? held);
        held?.Dispose();

        // Then
        Assert.Null(owner);
        Assert.True(taken);
    }

    [Fact]
    public void OwnerOf_WhereThereIsNoFile_IsNobody() => Assert.Null(FileLock.OwnerOf(LockPath));
}
