using NnUNet.Testing;
using NnUNet.Workflows.Cluster;

namespace NnUNet.Workflows.Tests.Cluster;

public sealed class ShellWordTests
{
    public static TheoryData<string> Texts =>
        ["", "plain-1.2_x/y", "a b", "Anna's images", "say \"yes\"", "$HOME `id` $(id)", "back\\slash", "*?[a-z]{1,2}", "~", "a;b&c|d>e#f!", "-o", "Grüße\u00A0日本"];

    [SkippableTheory]
    [MemberData(nameof(Texts))]
    public void Of_AnyText_IsThatTextToTheShell(string text)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "bash says what a word is");

        ProgramResult result = ChildProgram.Run("bash", "-c", $"printf '<%s>' {ShellWord.Line(text, "end")}").MustSucceed();

        Assert.Equal($"<{text}><end>", result.Output.TrimEnd());
    }

    [Fact]
    public void Of_PlainText_StaysReadable() => Assert.Equal("/data/raw_1/Task004", ShellWord.Of("/data/raw_1/Task004"));

    [Fact]
    public void Directive_SpacesAndQuotes_AreGuardedAsSlurmReadsThem() => Assert.Equal("\"a b's \\\"c\\\"\"", ShellWord.Directive("a b's \"c\""));

    [Fact]
    public void LogFile_PercentInTheFolder_IsNoPattern() => Assert.Equal("/a%%b/train-%A_%a.log", ShellWord.LogFile("/a%b", "train-%A_%a.log"));
}
