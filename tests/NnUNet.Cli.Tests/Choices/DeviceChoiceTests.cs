using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Choices;

public sealed class DeviceChoiceTests
{
    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData("cpu cpu", "cpu:2")]
    [InlineData("cpu cpu cuda:0", "cpu:2,cuda:0")]
    [InlineData("cuda:0 cuda:1", "cuda:0,cuda:1")]
    [InlineData("cuda:0 cuda:1", "cuda", "cuda:1")]
    [InlineData("cuda:3 cpu", "cuda:3,", " cpu")]
    public void Parse_TakesSpacesCommasAndPlacesOnTheProcessor(string expected, params string[] words) =>
        Assert.Equal(expected, string.Join(' ', DeviceChoice.Parse(words)));

    [Theory]
    [InlineData("--devices: \"cpu:0\" is not a share of the processor; give cpu:N with N from 1 to 64", "cpu:0")]
    [InlineData("--devices: \"cpu:x\" is not a share of the processor; give cpu:N with N from 1 to 64", "cpu:x")]
    [InlineData("--devices: \"gpu\" is not a device; give cpu, cpu:N for N at a time on the processor, cuda or cuda:N with N from 0", "gpu")]
    [InlineData("--devices names no device; give cpu, cpu:N, cuda or cuda:N", ",")]
    public void Parse_WhatIsNoDevice_SaysWhatIs(string expected, string word) =>
        Assert.Equal(expected, Assert.Throws<UsageException>(() => DeviceChoice.Parse([word]).ToArray()).Message);

    [Theory]
    [InlineData("give either --device or --devices, not both", "--device", "cpu", "--devices", "cpu:2")]
    [InlineData("--devices names cuda:0 twice, but a CUDA device does one thing at a time; only cpu can be shared (cpu:2)", "--devices", "cuda", "cuda:0")]
    public void TrainAll_DevicesThatCannotBe_AreWrongUsage(string expected, params string[] options)
    {
        ProgramRun run = ProgramRun.Of(["train_all", "4", .. options, "--workspace", "nowhere"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheOptionOfChildren_IsNotForPeople()
    {
        Assert.DoesNotContain("--child", ProgramRun.Of("--help").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--child", ProgramRun.Of("nnUNet_train", "--help").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--child", ProgramRun.Of("nnUNet_train", "--chidl").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train_all")]
    [InlineData("run")]
    [InlineData("nnUNet_predict")]
    public void Help_TellsHowDevicesAreNamed(string command) =>
        Assert.Contains("cpu:N for N at a time that share the processor's cores", ProgramRun.Of(command, "--help").Output.ReplaceLineEndings(" ").Replace("  ", "", StringComparison.Ordinal), StringComparison.Ordinal);
}
