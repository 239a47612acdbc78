using NnUNet.Core.Evaluation;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class LabelColoursTests
{
    [Fact]
    public void ManyLabels_AreToldApartWithAnyColourVision()
    {
        (byte Red, byte Green, byte Blue)[] all = [.. Enumerable.Range(1, LabelColours.Count).Select(LabelColours.Of)];

        Assert.Equal(118, all.Distinct().Count());
        Assert.True(LeastDistance(all[..7]) > 25, $"the first seven differ by {LeastDistance(all[..7])} at least");
        Assert.True(LeastDistance(all[..20]) > 15, $"the first twenty differ by {LeastDistance(all[..20])} at least");
        Assert.True(LeastDistance(all) > 5, $"all differ by {LeastDistance(all)} at least");
    }

    [Fact]
    public void Colours_AreNoGreysOfAnImage() =>
        Assert.All(Enumerable.Range(1, LabelColours.Count).Select(LabelColours.Of), static c => Assert.True(Math.Max(c.Red, Math.Max(c.Green, c.Blue)) - Math.Min(c.Red, Math.Min(c.Green, c.Blue)) >= 40));

    [Fact]
    public void LabelsBeyond_BeginAgain() => Assert.Equal(LabelColours.Of(1), LabelColours.Of(1 + LabelColours.Count));

    private static double LeastDistance((byte Red, byte Green, byte Blue)[] colours) =>
        colours.SelectMany((one, i) => colours.Skip(i + 1).Select(other => LabelColours.Distance(one, other))).Min();
}
