using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>From raw images to plans and preprocessed cases.</summary>
[CatalogName("nnUNet_plan_and_preprocess")]
internal sealed class PlanAndPreprocess : CommandDefinition
{
    private readonly Option<string[]> _tasks = Values.Texts(["-t", "--task_ids"], "TASK", "Tasks, by number or full name: 4 or Task004_Hippocampus.", required: true);
    private readonly Option<string?> _planner3D = PlannerChoices.ThreeD();
    private readonly Option<string?> _planner2D = PlannerChoices.TwoD();
    private readonly Option<double[]> _spacing = PlanningChoices.SpacingOption();
    private readonly Option<bool> _planOnly = Values.Flag(["-no_pp"], "Plan only, do not preprocess.");
    private readonly Option<int?> _threadsLow = Values.Integer(["-tl"], "Cases at a time for the low resolution. All stages of a case are made together, so the larger of -tl and -tf counts. The machine's cores unless given.", least: 1);
    private readonly Option<int?> _threadsFull = Values.Integer(["-tf"], "Cases at a time for the full resolution; see -tl.", least: 1);
    private readonly Option<bool> _recheck = Values.Flag(["--recheck"], "Compare the contents of all files with the checksums of the last preprocessing, so that files are found that changed with size and time kept. Where no checksums were kept, all is made anew.");
    private readonly Option<bool> _verify = Values.Flag(["--verify_dataset_integrity"], "Look for faults in all files first, and report them together. Worth doing once for every data set.");
    private readonly Option<bool> _strict = InputChoices.Strict();
    private readonly JsonOption _json = new(PreprocessingDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Planning;

    /// <inheritdoc/>
    public override string Summary => "Measure data sets, plan the networks, preprocess all cases.";

    /// <inheritdoc/>
    public override string Details => "What is current is skipped, so a repeated call goes on where an interrupted one was. Of several tasks, one that is refused is told at the end and stops no other; the exit code is then 1.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_tasks, _planner3D, _planner2D, _spacing, _planOnly, _threadsLow, _threadsFull, _verify, _recheck, _strict, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_tasks, _planner3D, _planner2D, _planOnly, _threadsLow, _threadsFull, _verify];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_plan_and_preprocess -t 4 --verify_dataset_integrity", "nnUNet_plan_and_preprocess -t 4 5 -pl2d None"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        PreprocessingOptions options = new()
        {
            Planner3D = PlanningChoices.NameOf(call.Get(_planner3D)!, 3),
            Planner2D = PlanningChoices.NameOf(call.Get(_planner2D)!, 2),
            Planning = PlanningChoices.Options(call, _spacing),
            PlanOnly = call.Get(_planOnly),
            VerifyIntegrity = call.Get(_verify),
            Recheck = call.Get(_recheck),
            StrictInput = call.Get(_strict),
            Threads = Math.Max(call.Get(_threadsLow) ?? 0, call.Get(_threadsFull) ?? 0),
        };
        if (options.Planner3D is null && options.Planner2D is null) throw new UsageException("-pl3d and -pl2d are both None, so there is nothing to do");

        using PreprocessingLines progress = new(call);
        PreprocessingRun run = new(call.Workspace, options);
        string[] tasks = call.Get(_tasks);
        List<DescribedException> refused = [];
        IReadOnlyList<PreprocessingResult> results = tasks.Length == 1
            ? run.Run(tasks, progress, call.Cancel)
            : run.RunEach(tasks, (_, e) => refused.Add(e), progress, call.Cancel);
        call.Tell(new PreprocessingDocument([.. results.Select(r => PreprocessedTask.Of(r, call.Workspace.PreprocessedTask(r.Task), options.VerifyIntegrity))]));
        foreach (PreprocessingResult result in results) PreprocessingStepText.Print(call, result, options.PlanOnly);
        foreach (DescribedException error in refused) call.Refuse(error);
        return refused.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }
}
