using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Workflows.Cluster;

namespace NnUNet.Workflows.Tests.Cluster;

public sealed class TimeLimitTests
{
    [Theory]
    [InlineData("90", "01:30:00")]
    [InlineData("2:30", "00:02:30")]
    [InlineData("24:00:00", "1-00:00:00")]
    [InlineData("2-12", "2-12:00:00")]
    [InlineData("2-12:30", "2-12:30:00")]
    [InlineData("1-02:03:04", "1-02:03:04")]
    [InlineData("12h", "12:00:00")]
    [InlineData("1d12h", "1-12:00:00")]
    [InlineData("45m", "00:45:00")]
    public void Parse_SlurmsFormsAndUnits_GiveTheTime(string text, string expected) => Assert.Equal(expected, TimeLimit.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("30s")]
    [InlineData("soon")]
    [InlineData("1:2:3:4")]
    [InlineData("-5")]
    [InlineData("UNLIMITED")]
    public void Parse_WhatIsNoTimeOfAMinute_IsRefused(string text) =>
        Assert.Contains($"\"{text}\" is no time of a minute or more", Assert.Throws<DescribedException>(() => TimeLimit.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("24:00:00", "23h55m", 120)]
    [InlineData("2-00:00:00", "1d23h55m", 120)]
    [InlineData("50", "45m", 120)]
    [InlineData("30", "27m", 72)]
    [InlineData("2", "1m48s", 4)]
    public void Work_EndsBeforeTheLimit_AndTheWarningComesBetween(string limit, string work, int warning)
    {
        TimeLimit time = TimeLimit.Parse(limit);

        Assert.Equal(work, TimeLimit.WithUnits(time.Work));
        Assert.Equal(warning, TimeLimit.WarningSeconds(time));
    }

    [Fact]
    public void WarningSeconds_WithoutALimit_AreTwoMinutes() => Assert.Equal("120", TimeLimit.WarningSeconds(null).ToString(CultureInfo.InvariantCulture));
}
