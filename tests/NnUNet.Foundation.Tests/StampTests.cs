using NnUNet.Testing;

namespace NnUNet.Foundation.Tests;

public sealed class StampTests
{
    [Fact]
    public void OfFile_OfALink_FollowsIt()
    {
        // Given
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["target"], "some text");
        File.CreateSymbolicLink(folder["link"], folder["target"]);
        string before = Stamp.OfFile(folder["link"], "name");

        // When
        File.WriteAllText(folder["target"], "some other text");

        // Then
        Assert.StartsWith("name 9 ", before, StringComparison.Ordinal);
        Assert.Equal(Stamp.OfFile(folder["target"], "name"), Stamp.OfFile(folder["link"], "name"));
    }

    [Fact]
    public void OfFile_OfAMissingFile_SaysSo()
    {
        using TemporaryFolder folder = new();

        Assert.Equal("name -1 0", Stamp.OfFile(folder["missing"], "name"));
    }

    [Fact]
    public void Same_OfACopyOfALink_IsTrueUntilOneChanges()
    {
        // Given
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["target"], "some text");
        File.CreateSymbolicLink(folder["link"], folder["target"]);

        // When
        AtomicFile.Copy(folder["link"], folder["below/copy"]);

        // Then
        Assert.True(Stamp.Same(folder["link"], folder["below/copy"]));
        Assert.Null(new FileInfo(folder["below/copy"]).LinkTarget);
        File.WriteAllText(folder["target"], "some other text");
        Assert.False(Stamp.Same(folder["link"], folder["below/copy"]));
        Assert.Equal("some text", File.ReadAllText(folder["below/copy"]));
    }
}
