namespace NnUNet.Foundation.Tests;

public sealed class RelayTests
{
    [Fact]
    public void Into_PassesEachReportOnAtOnce()
    {
        // Given
        List<string> heard = [];
        Relay<int>? part = Relay.Into<int, string>(new Relay<string>(heard.Add), static value => $"part {value}");

        // When
        part!.Report(3);

        // Then
        Assert.Equal(["part 3"], heard);
    }

    [Fact]
    public void Into_NobodyToHear_IsNobody()
    {
        // Then
        Assert.Null(Relay.Into<int, string>(null, static _ => ""));
    }
}
