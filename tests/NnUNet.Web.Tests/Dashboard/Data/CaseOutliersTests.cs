using NnUNet.Core.Fingerprints;
using NnUNet.Web.Dashboard.Data;

namespace NnUNet.Web.Tests.Dashboard.Data;

/// <summary>Cases that are far from the others.</summary>
public sealed class CaseOutliersTests
{
    [Fact]
    public void ACaseWithoutAStructureThatAllHave_IsNamed()
    {
        FindingAnswer found = Assert.Single(CaseOutliers.OfVolumes(Volumes(10, 11, 12, 0, 11, 10, 12, 11, 10, 11, 12)));

        Assert.Equal(("case_3", "it has no 1 organ, which 10 of 11 cases have"), (found.Case, found.What));
    }

    [Fact]
    public void AStructureThatIsManyTimesLarger_IsNamed()
    {
        FindingAnswer found = Assert.Single(CaseOutliers.OfVolumes(Volumes(10, 10, 10, 10, 10, 250)));

        Assert.Equal(("case_5", "1 organ has 250 ml, 25 times the median 10 ml"), (found.Case, found.What));
    }

    [Fact]
    public void AStructureThatDiffersEverywhere_IsToldOnce()
    {
        FindingAnswer found = Assert.Single(CaseOutliers.OfVolumes(Volumes(1, 1, 1, 1, 20, 20, 20, 20, 20, 400, 400, 400, 400)));

        Assert.Null(found.Case);
        Assert.Contains("8 of 13 cases", found.What, StringComparison.Ordinal);
    }

    [Fact]
    public void FewCases_HaveNoOutlier() => Assert.Empty(CaseOutliers.OfVolumes(Volumes(1, 1, 1, 900)));

    [Fact]
    public void ACaseOfAnotherUnit_IsNamed()
    {
        DatasetFingerprint ct = SmallWorkspace.Fingerprint(channel: "CT") with
        {
            IntensityProperties = new()
            {
                [0] = new ChannelIntensities { LocalProps = new(Enumerable.Range(0, 6).ToDictionary(static i => $"case_{i}", static i => new ChannelIntensities { Median = i == 2 ? 1100 : 40 + i })) },
            },
        };

        Assert.Equal("case_2", Assert.Single(CaseOutliers.OfIntensities(ct)).Case);
    }

    private static VolumesAnswer Volumes(params double[] millilitres) =>
        new(["1 organ"], [.. millilitres.Select(static (_, i) => $"case_{i}")], [.. millilitres.Select(static v => (IReadOnlyList<double>)[v])]);
}
