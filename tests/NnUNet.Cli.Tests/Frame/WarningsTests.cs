using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class WarningsTests
{
    [Fact]
    public void ManyOfOneKind_AreOneLineWithTheFirstNames()
    {
        string[] warnings = [.. Enumerable.Range(1, 48).Select(static i => $"case_{i:00}: label {i} is odd"), "all: another"];

        Assert.Equal(
            ["case_01: label 1 is odd (and 47 more of this kind: case_02, case_03, case_04, case_05, case_06, … (42 more))", "all: another"],
            Warnings.Merged(warnings));
    }

    [Fact]
    public void ManyOfOnePlace_NameItOnce() =>
        Assert.Equal(["a: fold 1 is not trained (and 3 more of this kind: b)"], Warnings.Merged(["a: fold 1 is not trained", "a: fold 2 is not trained", "a: fold 3 is not trained", "b: fold 1 is not trained"]));

    [Fact]
    public void FewOfOneKind_AreALineEach() => Assert.Equal(["a: x", "b: x", "c"], Warnings.Merged(["a: x", "b: x", "c"]));

    [Fact]
    public void Of_CountsAndNames()
    {
        Assert.Equal("a is gone", Warnings.Of(["a"], "is gone", "cases are gone"));
        Assert.Equal("2 cases are gone: a, b", Warnings.Of(["a", "b"], "is gone", "cases are gone"));
    }
}
