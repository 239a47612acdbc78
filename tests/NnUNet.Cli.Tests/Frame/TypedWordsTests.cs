using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class TypedWordsTests
{
    public static TheoryData<string> OriginalNames => [.. ProgramRun.CommandNames.Where(NnUNet.Cli.Frame.OriginalNames.Has)];

    [Theory]
    [MemberData(nameof(OriginalNames))]
    public void OptionsMarkedAsTheOriginals_AreThose(string name)
    {
        CommandDefinition command = CommandLine.Commands().Single(entry => entry.Key == name).Value;

        string[] marked = [.. command.OriginalOptions.Select(static option => string.Join(' ', OptionNames.NamesOf(option)))];

        Assert.Equal(OriginalCommands.Options[name].Order(StringComparer.Ordinal), marked.Order(StringComparer.Ordinal));
        Assert.All(command.OriginalOptions, option => Assert.Contains(option, command.Symbols));
    }

    [Theory]
    [MemberData(nameof(OriginalNames))]
    public void BeginningsThatAreUniqueInTheOriginal_MeanTheSameHere(string name)
    {
        // Given: a beginning of two dashes and a letter, or a dash and a letter, or more
        string[] names = [.. OriginalCommands.Options[name].SelectMany(static option => option.Split(' ')), "-h", "--help"];
        var unique =
            from whole in names
            from length in Enumerable.Range(whole.StartsWith("--", StringComparison.Ordinal) ? 3 : 2, whole.Length)
            where length < whole.Length
            let word = whole[..length]
            let meant = names.Where(other => other.StartsWith(word, StringComparison.Ordinal) || other == word[..2]).ToArray()
            where meant is [var only] && only == whole
            select (Word: word, Whole: whole);

        // When, Then
        Assert.All(unique, pair => Assert.Equal([name, pair.Whole], Words(name, pair.Word)));
    }

    [Theory]
    [InlineData("nnUNet_predict --disable_t --overw --step=0.7", "nnUNet_predict --disable_tta --overwrite_existing --step_size=0.7")]
    [InlineData("nnUNet_predict --num_p 2 --model x", "nnUNet_predict --num_parts 2 --model x")]
    [InlineData("nnUNet_plan_and_preprocess --task 4 --verify -no -pl3 A", "nnUNet_plan_and_preprocess --task_ids 4 --verify_dataset_integrity -no_pp -pl3d A")]
    [InlineData("nnUNet_train --cont --disable_p --val_f x", "nnUNet_train --continue_training --disable_postprocessing_on_folds --val_folder x")]
    [InlineData("nnUNet_find_best_configuration --postp", "nnUNet_find_best_configuration --postp")]
    [InlineData("nnUNet_find_best_configuration -p x --disable_e", "nnUNet_find_best_configuration -pl x --disable_ensembling")]
    [InlineData("nnUNet_ensemble --post x --thr 3", "nnUNet_ensemble --postprocessing_file x --threads 3")]
    [InlineData("nnUNet_determine_postprocessing -p x -v y", "nnUNet_determine_postprocessing -pl x -val y")]
    [InlineData("nnUNet_convert_decathlon_task -output 104", "nnUNet_convert_decathlon_task -output_task_id 104")]
    [InlineData("nnUNet_evaluate_folder -re a -pre b -l 1", "nnUNet_evaluate_folder -ref a -pred b -l 1")]
    [InlineData("nnUNet_train --epo 3 --max-t 1h", "nnUNet_train --epochs 3 --max-time 1h")]
    [InlineData("nnUNet_train --de", "nnUNet_train --deterministic")]
    [InlineData("train_all 4 --dry --trainer X", "train_all 4 --dry-run --trainer_class_name X")]
    [InlineData("--work x doctor --js", "--workspace x doctor --json")]
    public void ABeginningOfAName_IsTheName(string typed, string words) => Assert.Equal(words, string.Join(' ', Words(typed.Split(' '))));

    [Theory]
    [InlineData("nnUNet_predict -t4 -m2d", "nnUNet_predict -t=4 -m=2d")]
    [InlineData("nnUNet_train -pNAME", "nnUNet_train -p=NAME")]
    [InlineData("nnUNet_plan_and_preprocess -t4 -tl 3", "nnUNet_plan_and_preprocess -t=4 -tl 3")]
    [InlineData("nnUNet_plan_and_preprocess -tl4", "nnUNet_plan_and_preprocess -t=l4")]
    [InlineData("nnUNet_plan_and_preprocess -t=4", "nnUNet_plan_and_preprocess -t=4")]
    [InlineData("nnUNet_predict -t-4", "nnUNet_predict -t=-4")]
    [InlineData("nnUNet_train -cpNAME", "nnUNet_train -c -p=NAME")]
    [InlineData("nnUNet_train -cp NAME", "nnUNet_train -c -p NAME")]
    [InlineData("nnUNet_predict -zf 0 1", "nnUNet_predict -z -f 0 1")]
    [InlineData("nnUNet_evaluate_folder -l -1 2", "nnUNet_evaluate_folder -l -1 2")]
    [InlineData("nnUNet_train -- --val -t4 -p a -p b", "nnUNet_train -- --val -t4 -p a -p b")]
    public void ValuesAndSwitchesBehindALetter_ComeApart(string typed, string words) => Assert.Equal(words, string.Join(' ', Words(typed.Split(' '))));

    [Theory]
    [InlineData("nnUNet_predict -f 0 -f 1", "nnUNet_predict -f 1")]
    [InlineData("nnUNet_plan_and_preprocess -t 4 5 --task_ids 104", "nnUNet_plan_and_preprocess --task_ids 104")]
    [InlineData("nnUNet_plan_and_preprocess --task_i=4 -t104 105", "nnUNet_plan_and_preprocess -t=104 105")]
    [InlineData("nnUNet_train -p a 3d_fullres nnUNetTrainerV2 4 -p b 0", "nnUNet_train 3d_fullres nnUNetTrainerV2 4 -p b 0")]
    [InlineData("nnUNet_train --npz 2d nnUNetTrainerV2 4 0 --npz", "nnUNet_train --npz 2d nnUNetTrainerV2 4 0 --npz")]
    [InlineData("plan_from_fingerprint --spacing 1 2 3 f --spacing 4 5 6", "plan_from_fingerprint f --spacing 4 5 6")]
    [InlineData("nnUNet_evaluate_folder -l -1 2 -ref x -l 3", "nnUNet_evaluate_folder -ref x -l 3")]
    [InlineData("doctor --raw a --raw b", "doctor --raw b")]
    [InlineData("--raw a doctor --raw b", "doctor --raw b")]
    [InlineData("doctor --plugin a --plugin b", "doctor --plugin a --plugin b")]
    public void OfAnOptionThatIsRepeated_TheLastCounts(string typed, string words) => Assert.Equal(words, string.Join(' ', Words(typed.Split(' '))));

    [Fact]
    public void AnAttachedValueThatCountsForNothing_IsTold()
    {
        ProgramRun run = ProgramRun.Of("nnUNet_find_best_configuration", "-trc", "mine", "-t", "4", "--workspace", "nowhere");

        Assert.Contains("warning: -trc was read as -t rc, in whose place a later -t counts", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AWordWithASpace_IsAValue() => Assert.Equal(["nnUNet_evaluate_folder", "-ref", "-my folder"], Words("nnUNet_evaluate_folder", "-ref", "-my folder"));

    [Fact]
    public void ASwitchThatIsRepeated_IsOn()
    {
        ProgramRun run = ProgramRun.Of("nnUNet_train", "2d", "nnUNetTrainerV2", "4", "0", "--npz", "-c", "--npz", "--continue", "--use_c", "--use_c", "--workspace", "nowhere", "--device", "cpu");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--use_compressed_data has no effect here", run.Output, StringComparison.Ordinal);
        Assert.Contains("no task has this number", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLastFolder_IsTheOneInForce()
    {
        string folder = Path.Combine(Path.GetTempPath(), "last");

        ProgramRun run = ProgramRun.Of("doctor", "--work", "first", "--workspace", folder);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(Path.Combine(folder, "raw") + Environment.NewLine, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsWrittenInShort_AreTaken()
    {
        ProgramRun run = ProgramRun.Of("nnUNet_predict", "--inp", "x", "-oy", "-t4", "-f0", "--disable_t", "--overw", "-m2d", "--workspace", "nowhere");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no task has this number", run.Error, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Words(params string[] typed) => TypedWords.Of(typed, new CommonOptions(), CommandLine.Commands()).Words;
}
