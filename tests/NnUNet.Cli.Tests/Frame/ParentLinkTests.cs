using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class ParentLinkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void WaitForEnd_StopsTheWorkWhereTheInputEnds()
    {
        using ManualResetEventSlim stopped = new();
        using StringWriter output = new();
        using ParentLink parent = new(new StringReader("{\"Cases\":[]}\n"), output);

        parent.WaitForEnd(stopped.Set);

        Assert.True(stopped.Wait(Patience));
        Assert.Equal("{\"Cases\":[]}", parent.Work);
    }

    [Fact]
    public void Tell_WritesOneLine_AndBearsAParentThatIsGone()
    {
        StringWriter output = new();
        using ParentLink parent = new(new StringReader(""), output);

        parent.Tell("some", new { Text = "two\nlines", Nothing = double.NaN });
        string written = output.ToString();
        output.Dispose();
        parent.Tell("more", 1);

        Assert.Equal("{\"Kind\":\"some\",\"Value\":{\"Text\":\"two\\nlines\",\"Nothing\":null}}", written.TrimEnd());
        Assert.Equal("", parent.Work);
    }
}
