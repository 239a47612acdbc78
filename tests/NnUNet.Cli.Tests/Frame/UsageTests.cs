namespace NnUNet.Cli.Tests.Frame;

public sealed class UsageTests
{
    [Theory]
    [InlineData("doctr", "there is no command \"doctr\"; did you mean doctor?")]
    [InlineData("xyzzy", "there is no command \"xyzzy\"; nnunet --help lists all ")]
    [InlineData("trian", "there is no command \"trian\"; did you mean nnUNet_train?")]
    [InlineData("evaluate_foldr", "there is no command \"evaluate_foldr\"; did you mean nnUNet_evaluate_folder or nnUNetv2_evaluate_folder?")]
    public void UnknownCommand_NamesTheNearestOne(string given, string expected)
    {
        ProgramRun run = ProgramRun.Of(given);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("train_all", "4", "-m", "2d", "4d")]
    [InlineData("run", "-t", "4", "-m", "4d")]
    [InlineData("nnUNet_find_best_configuration", "-t", "4", "-m", "4d")]
    [InlineData("nnUNet_export_model_to_zip", "-t", "4", "-o", "a.zip", "-m", "4d")]
    [InlineData("nnUNet_determine_postprocessing", "-t", "4", "-m", "4d")]
    public void AnUnknownConfiguration_IsRefusedWithTheKnownOnes(params string[] args)
    {
        ProgramRun run = ProgramRun.Of([.. args, "--workspace", "nowhere"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("there is no configuration \"4d\": did you mean 2d? (known are 2d, 3d_lowres, 3d_fullres, 3d_cascade_fullres)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsOfTheOriginalsValidation_AreTaken()
    {
        ProgramRun run = ProgramRun.Of(
            "nnUNet_train", "2d", "nnUNetTrainerV2", "4", "0", "-val", "--npz", "--valbest", "--val_folder", "best", "--use_compressed_data",
            "--disable_postprocessing_on_folds", "-p", "mine", "--fp32", "--workspace", "nowhere", "--device", "cpu");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no task has this number", run.Error, StringComparison.Ordinal);
        Assert.Contains("--use_compressed_data has no effect here", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownCommandWithHelp_IsStillUnknown() => Assert.Equal(2, ProgramRun.Of("doctr", "--help").ExitCode);

    [Theory]
    [InlineData("there is no option --rwa; did you mean --raw?", "doctor", "--rwa", "x")]
    [InlineData("there is no option --wrokspace; did you mean --workspace?", "--wrokspace", "x", "doctor")]
    [InlineData("there is no option --workspase; did you mean --workspace?", "doctor", "--workspase=x")]
    [InlineData("there is no option -folds; did you mean --folds?", "nnUNet_predict", "-i", "x", "-o", "y", "-folds", "0")]
    [InlineData("there is no option -help; did you mean --help?", "nnUNet_train", "-help")]
    [InlineData("there is no option -cval; did you mean -val?", "nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "4", "0", "-cval")]
    [InlineData("--val may be --validation_only, --valbest or --val_folder; write more of it", "nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "4", "0", "--val")]
    [InlineData("-pl may be -pl3d or -pl2d; write more of it", "nnUNet_plan_and_preprocess", "-t", "4", "-pl", "None")]
    [InlineData("--p may be --preprocessed or --plugin; write more of it", "--p", "x", "doctor")]
    [InlineData("-input was read as -i nput", "nnUNet_predict", "-input", "x", "-o", "y", "-t", "4")]
    [InlineData("there is no option --zzzz; known are --json, --raw, ", "doctor", "--zzzz")]
    [InlineData("--raw needs a value: DIR", "doctor", "--raw")]
    [InlineData("\"x\" is one value too many", "doctor", "x")]
    [InlineData("--spacing needs 3 values: Z Y X", "plan_from_fingerprint", "f", "-o", "o", "--spacing", "1", "2")]
    [InlineData("-o needs a value: FILE", "plan_from_fingerprint", "f", "-o")]
    [InlineData("-i/--input_folder is missing: FOLDER", "nnUNet_predict", "-o", "x", "-t", "4")]
    [InlineData("--save_npz needs --mode normal", "nnUNet_predict", "-i", "x", "-o", "y", "--model_folder", "z", "--mode", "fast", "-z")]
    [InlineData("--mode is \"slow\", but must be one of normal, fast, fastest", "nnUNet_predict", "-i", "x", "-o", "y", "-t", "4", "--mode", "slow")]
    [InlineData("--max-ram is -1, but must be gigabytes of memory greater than 0", "nnUNet_predict", "-i", "x", "-o", "y", "--model_folder", "z", "--max-ram", "-1")]
    [InlineData("-t needs a value: TASK", "nnUNet_plan_and_preprocess", "-t")]
    [InlineData("-t/--task_ids is missing: TASK", "nnUNet_plan_and_preprocess")]
    [InlineData("-tl is \"x\", but must be a whole number of at least 1", "nnUNet_plan_and_preprocess", "-t", "4", "-tl", "x")]
    [InlineData("FOLD is missing", "nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "4")]
    [InlineData("NETWORK is \"3d_fulres\", but must be one of 2d, 3d_lowres, 3d_fullres, 3d_cascade_fullres; did you mean 3d_fullres?", "nnUNet_train", "3d_fulres", "nnUNetTrainerV2", "4", "0")]
    [InlineData("there is no option --epoche; did you mean --epochs?", "nnUNet_train", "--epoche", "3", "3d_fullres", "nnUNetTrainerV2", "4", "0")]
    public void WrongOption_SaysWhatWasMeant(string expected, params string[] args)
    {
        ProgramRun run = ProgramRun.Of(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NoCommand_PrintsTheHelpAndFails()
    {
        ProgramRun run = ProgramRun.Of();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Usage: nnunet COMMAND", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_IsPrinted()
    {
        ProgramRun run = ProgramRun.Of("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^nnunet \d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public void CommonOption_MayStandBeforeTheCommand()
    {
        string folder = Path.Combine(Path.GetTempPath(), "before");

        ProgramRun run = ProgramRun.Of("--workspace", folder, "doctor");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(Path.Combine(folder, "raw") + Environment.NewLine, run.Output, StringComparison.Ordinal);
    }
}
