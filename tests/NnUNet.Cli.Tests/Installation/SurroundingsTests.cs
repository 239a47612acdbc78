using System.Diagnostics;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Installation;

/// <summary>The real program in a shell where streams are closed or full, and limits are low.</summary>
public sealed class SurroundingsTests
{
    private const string Evaluate = "nnUNet_evaluate_folder -ref labels -pred labels -l 1";

    [SkippableTheory]
    [InlineData("--help >&-", 1, "the standard output cannot be written (it is closed)")]
    [InlineData("--help > /dev/full", 1, "the standard output cannot be written (No space left on device)")]
    [InlineData("--help > /dev/full 2>&-", 1, "")]
    [InlineData("--help >&- 2>&- <&-", 1, "")]
    [InlineData("nnUNet_train --help > /dev/full", 1, "the standard output cannot be written")]
    [InlineData("completion bash > /dev/full", 1, "the standard output cannot be written")]
    [InlineData("completion bash 2>&-", 0, "")]
    [InlineData("completion bash <&-", 0, "")]
    [InlineData("xyzzy 2>&-", 2, "")]
    [InlineData("xyzzy 2> /dev/full", 2, "")]
    [InlineData("xyzzy >&-", 2, "there is no command")]
    public void AStreamThatCannotBeWritten_IsNoCrash(string call, int exitCode, string error)
    {
        using TemporaryFolder folder = new();

        (int code, string said) = Shell(folder.Root, $"nnunet {call}");

        Assert.Equal(exitCode, code);
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(">&-", "")]
    [InlineData("> /dev/full", "some of what was told is lost")]
    [InlineData(">&- 2>&- <&-", "")]
    [InlineData("> /dev/full 2>&1", "")]
    [InlineData("| head -1 > first", "")]
    public void WorkIsDone_WhoeverHearsOfIt(string streams, string error)
    {
        // Given
        using TemporaryFolder folder = new();
        SmallVolumes(folder);

        // When
        (int code, string said) = Shell(folder.Root, $"set -o pipefail; nnunet {Evaluate} {streams}");

        // Then
        Assert.Equal(0, code);
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["labels/summary.json"]));
    }

    [SkippableFact]
    public void AReaderThatHasSeenEnough_IsNoFault()
    {
        using TemporaryFolder folder = new();

        (int code, string said) = Shell(folder.Root, "set -o pipefail; nnunet completion bash | head -1 > first");

        Assert.Equal((0, ""), (code, said));
        Assert.StartsWith("# Completes nnunet", File.ReadAllText(folder["first"]), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("doctor")]
    [InlineData(Evaluate)]
    public void AWorkingDirectoryThatWasRemoved_IsNamed(string call)
    {
        using TemporaryFolder folder = new();

        (int code, string said) = Shell(folder.Root, $"mkdir gone; cd gone; rmdir ../gone; nnunet {call}");

        Assert.Equal(1, code);
        Assert.StartsWith("nnunet: working directory: it does not exist any more; change to a folder", said, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("--help")]
    [InlineData("doctor")]
    public void TooFewOpenFiles_AreASentence(string call)
    {
        using TemporaryFolder folder = new();

        (int code, string said) = Shell(folder.Root, $"ulimit -n 40; nnunet {call}");

        Assert.Equal(1, code);
        Assert.StartsWith("nnunet: only 40 files may be open at a time here", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void FewOpenFilesThatAreEnough_LoadTorch()
    {
        using TemporaryFolder folder = new();

        (int code, string said) = Shell(folder.Root, $"ulimit -n {Cli.Frame.ProgramStart.LeastOpenFiles}; nnunet doctor > out");

        Assert.Equal((0, ""), (code, said));
    }

    [SkippableTheory]
    [InlineData("completion bash > out", "the standard output cannot be written (the file is larger than the limit of this shell or of the disk allows)")]
    [InlineData(Evaluate, "summary.json: the file is larger than the limit of this shell or of the disk allows; raise the limit (ulimit -f unlimited)")]
    public void AFileThatGrowsTooLarge_IsASentence(string call, string error)
    {
        using TemporaryFolder folder = new();
        SmallVolumes(folder);

        (int code, string said) = Shell(folder.Root, $"export DOTNET_EnableWriteXorExecute=0; ulimit -f 1; nnunet {call}");

        Assert.Equal(1, code);
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", said, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["labels/summary.json"]));
    }

    [SkippableTheory]
    [InlineData("OMP_NUM_THREADS=1", "torch threads 1 (variable OMP_NUM_THREADS)", "case threads 1 (variable OMP_NUM_THREADS; nnUNet_def_n_proc is not set)")]
    [InlineData("OMP_NUM_THREADS=3 nnUNet_def_n_proc=5", "torch threads 3 (variable OMP_NUM_THREADS)", "case threads 5 (variable nnUNet_def_n_proc)")]
    public void ThreadsOfTheSurroundings_AreThoseOfTorchAndOfLoops(string variables, string torch, string loops)
    {
        using TemporaryFolder folder = new();

        (int code, string said) = Shell(folder.Root, $"export {variables}; nnunet doctor | tr -s ' ' >&2");

        Assert.Equal(0, code);
        Assert.Contains(torch, said, StringComparison.Ordinal);
        Assert.Contains(loops, said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ANumberOfThreadsThatIsNone_IsToldWithItsVariable()
    {
        using TemporaryFolder folder = new();

        (int code, string said) = Shell(folder.Root, "export OMP_NUM_THREADS=all; nnunet doctor");

        Assert.Equal(1, code);
        Assert.Contains("variable OMP_NUM_THREADS: \"all\" is not a number of threads; set it to a whole number of at least 1, or unset it", said, StringComparison.Ordinal);
    }

    private static void SmallVolumes(TemporaryFolder folder)
    {
        Volume<short> labels = new(new Extent(3, 4, 5));
        labels[1, 1, 1] = 1;
        ImageFile.WriteLabels(folder["labels/case.nii.gz"], labels);
    }

    /// <summary>Runs a script of bash in which nnunet is the program.</summary>
    private static (int ExitCode, string Error) Shell(string folder, string script)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/dev/full and ulimit as they are used here are those of Linux");
        string program = typeof(Cli.Frame.CommandLine).Assembly.Location;
        ProgramResult result = ChildProgram.Run(new ProcessStartInfo("bash", ["-c", $"nnunet() {{ '{ChildProgram.Dotnet}' '{program}' \"$@\"; }}\n{script}"]) { WorkingDirectory = folder });
        return (result.ExitCode, result.Error);
    }
}
