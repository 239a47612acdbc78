using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Cluster;
using NnUNet.Workflows.Scheduling;
using NnUNet.Workflows.Steps;

namespace NnUNet.Cli.Commands;

/// <summary>Submits the work of a task to a Slurm cluster.</summary>
[CatalogName("submit")]
internal sealed class Submit : CommandDefinition
{
    private const string Predict = "predict";

    private readonly Argument<string> _task = Values.Argument("TASK", "The task, by number or full name: 4 or Task004_Hippocampus. Or the word predict: then the task is given with -t, and the images of -i are segmented with a model that is trained.");
    private readonly Option<string[]> _configurations = TrainingChoices.Configurations("; with predict the one that segments, 3d_fullres unless given");
    private readonly Option<string[]> _folds = TrainingChoices.Folds();
    private readonly Option<string?> _input = Values.Text(["-i", "--input_folder"], "FOLDER", "Images to segment: CASE_0000.nii.gz, CASE_0001.nii.gz, …, one file a channel, in the order of training. With the best configuration or pair, when that is chosen. None unless given.");
    private readonly Option<string?> _output = Values.Text(["-o", "--output_folder"], "FOLDER", "Gets one segmentation an image of -i.");
    private readonly Option<bool> _dryRun = Values.Flag(["--dry-run"], "Print the scripts that would be submitted, and stop there.");
    private readonly Option<bool> _status = Values.Flag(["--status"], "Submit nothing; show how far each job is, by what lies on the disk and by what Slurm says where there is one. Shows what was submitted last unless options say otherwise.");
    private readonly Option<string?> _trainer = TrainingChoices.Trainer();
    private readonly Option<string?> _cascadeTrainer = TrainingChoices.CascadeTrainer();
    private readonly Option<string?> _plans = PlannerChoices.Plans();
    private readonly Option<string?> _planner3D = PlannerChoices.ThreeD();
    private readonly Option<string?> _planner2D = PlannerChoices.TwoD();
    private readonly Option<int?> _epochs = TrainingChoices.Epochs();
    private readonly Option<int?> _iterations = TrainingChoices.Iterations();
    private readonly Option<int?> _seed = TrainingChoices.Seed();
    private readonly Option<bool> _fp32 = TrainingChoices.Float32();
    private readonly Option<bool> _npz = Values.Flag(["--npz"], "Write the probabilities of the validation cases too, so that pairs of configurations compete in the choice. With predict: those of the images.");
    private readonly Option<string?> _partition = Values.Text(["--partition"], "NAME", "The partition. The cluster's default unless given.");
    private readonly Option<string?> _time = Values.Text(["--time"], "TIME", "The time limit of each job: 24:00:00, 2-12:00:00, 90 (minutes), 12h. Trainings save and end a little before (five minutes; of limits below 50 minutes a tenth), and are queued again. The partition's own unless given.");
    private readonly Option<string?> _gres = Values.Text(["--gres"], "GRES", "Devices of the jobs that train or segment, such as gpu:1; of several nodes, those of each. None unless given.");
    private readonly Option<int?> _cpus = Values.Integer(["--cpus"], "Cores of each process. The cluster's default (often one) unless given.", least: 1);
    private readonly Option<string?> _memory = Values.Text(["--mem"], "SIZE", "Memory of each node, such as 48G. The cluster's default unless given.");
    private readonly Option<string?> _account = Values.Text(["--account"], "NAME", "The account that is charged.");
    private readonly Option<string?> _qos = Values.Text(["--qos"], "NAME", "The quality of service.");
    private readonly Option<int?> _nodes = Values.Integer(["--nodes"], "Nodes of each training. More than one trains with nnUNet_train_DDP.", 1, least: 1);
    private readonly Option<int?> _ranks = Values.Integer(["--ranks"], "Processes of each training, on all its nodes together. One a node unless given; more than one trains with nnUNet_train_DDP.", least: 1);
    private readonly Option<string?> _container = Values.Text(["--container"], "IMAGE", "An image of Apptainer (Singularity) with nnunet on its PATH, in which the jobs run. The program that submits unless given.");
    private readonly Option<string?> _setup = Values.Text(["--setup"], "COMMANDS", "Lines of bash before the work, such as \"module load dotnet\".");
    private readonly Option<string?> _predictTask = Values.Text(["-t", "--task_name"], "TASK", "With predict: the task that the model was trained on.");
    private readonly Option<int?> _parts = Values.Integer(["--parts"], "With predict: into how many parts the images are divided, each an element of the array.", 1, least: 1);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Training;

    /// <inheritdoc/>
    public override string Summary => "Submit the whole method, or a prediction in parts, to a Slurm cluster.";

    /// <inheritdoc/>
    public override string Details =>
        "Writes a script for each job and submits them with sbatch, each after those that it needs: verifying, planning and preprocessing; for every configuration an array over its folds, "
        + "3d_cascade_fullres after all folds of 3d_lowres; the choice of the best; and the segmentation of the images of -i with it. What is done already is left out. "
        + "A training whose time is over, or that was killed, is queued again under its number and goes on from its last checkpoint. "
        + "A repeated call submits what has failed, and leaves alone what is in the queue. Scripts, logs and the numbers of the jobs are in RESULTS/cluster/TASK; the scripts can be read, edited and submitted by hand.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols =>
    [
        _task, _configurations, _folds, _input, _output, _dryRun, _status, _trainer, _cascadeTrainer, _plans, _planner3D, _planner2D, _epochs, _iterations, _seed, _fp32, _npz,
        _partition, _time, _gres, _cpus, _memory, _account, _qos, _nodes, _ranks, _container, _setup, _predictTask, _parts,
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionGroup> Groups =>
    [
        new("What", [_configurations, _folds, _input, _output, _status, _dryRun]),
        new("Planning and training", [_trainer, _cascadeTrainer, _plans, _planner3D, _planner2D, _epochs, _iterations, _seed, _fp32, _npz]),
        new("Cluster", [_partition, _time, _gres, _cpus, _memory, _account, _qos, _nodes, _ranks, _container, _setup]),
        new("Prediction in parts", [_predictTask, _parts]),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet submit 4 --npz --partition gpu --gres gpu:1 --cpus 12 --mem 48G --time 24:00:00 --dry-run",
        "nnunet submit 4 --npz -i images -o segmentations --gres gpu:1 --cpus 12 --time 24:00:00",
        "nnunet submit 4 --status",
        "nnunet submit predict -i images -o segmentations -t 4 -m 3d_fullres --parts 8 --gres gpu:1 --cpus 12",
    ];

    /// <inheritdoc/>
    public override string AfterInterruption => "what is submitted stays so; repeat the command to submit the rest";

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => call.Get(_dryRun) || call.Get(_status);

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        bool predicts = call.Get(_task) == Predict;
        CheckUsage(call, predicts);
        ClusterGraph graph = Graph();
        Submission submission = new(graph, new SlurmPrograms(), Graph);
        ClusterOutlook outlook = submission.Look();
        call.Warn(graph.Warnings);
        if (call.Get(_status))
        {
            if (outlook.QueueUnknown is { } unknown) call.Warn($"only what lies on the disk is shown: {unknown}");
            call.Print(ClusterText.Table(outlook));
            return CommandLine.Done;
        }

        if (Submission.Obstacle(outlook) is { } obstacle) throw obstacle;
        if (call.Get(_dryRun)) return PrintScripts(call, outlook);

        call.Print(ClusterText.Table(outlook)).Print();
        IReadOnlyList<SubmittedJob> submitted = submission.Submit(new Relay<SubmittedJob>(job => call.Print(ClusterText.Submitted(job))));
        call.Print(submitted.Count == 0 ? "There is nothing to submit." : $"Scripts, logs and {SubmittedJobs.FileName}: {graph.Folder}");
        return CommandLine.Done;

        ClusterGraph Graph() => predicts ? PredictionGraph.Of(PredictionOptions(call)) : TaskGraph.Of(TaskOptions(call));
    }

    private static int PrintScripts(Invocation call, ClusterOutlook outlook)
    {
        IReadOnlyList<(ClusterJob Job, IReadOnlyList<int> Elements)> open = Submission.Open(outlook);
        foreach ((ClusterJob job, IReadOnlyList<int> elements) in open)
        {
            call.Print($"##### {Path.Combine(outlook.Graph.Folder, job.FileName)}").Print(job.ScriptFor(elements));
        }

        if (open.Count == 0) call.Print("There is nothing to submit.");
        return CommandLine.Done;
    }

    private void CheckUsage(Invocation call, bool predicts)
    {
        if (call.IsGiven(_input) != call.IsGiven(_output)) throw new UsageException("give -i and -o together: the images, and where their segmentations go");
        Option[] foreign = predicts
            ? [_planner3D, _planner2D, _epochs, _iterations, _seed, _nodes, _ranks]
            : [_predictTask, _parts];
        string[] given = [.. foreign.Where(call.IsGiven).Select(static o => o.Name)];
        if (given.Length > 0) throw new UsageException(predicts ? $"predict trains nothing, so it takes no {string.Join(", ", given)}" : $"{string.Join(", ", given)} {(given.Length == 1 ? "is" : "are")} for nnunet submit predict; the task stands behind submit");
        if (!predicts) return;

        if (!call.IsGiven(_predictTask)) throw new UsageException("-t is missing: the task that the model was trained on");
        if (!call.IsGiven(_input)) throw new UsageException("-i and -o are missing: the images, and where their segmentations go");
        if (call.Get(_configurations) is { Length: > 1 }) throw new UsageException("give one configuration with -m: the segmentations of several are merged with nnUNet_ensemble");
    }

    private SubmitOptions TaskOptions(Invocation call)
    {
        PreprocessingOptions preparation = new()
        {
            Planner3D = PlanningChoices.NameOf(call.Get(_planner3D)!, 3),
            Planner2D = PlanningChoices.NameOf(call.Get(_planner2D)!, 2),
        };
        if (preparation.Planner3D is null && preparation.Planner2D is null) throw new UsageException("-pl3d and -pl2d are both None, so there is nothing to do");

        WholeRunOptions run = new()
        {
            Preparation = preparation,
            Training = new TrainAllOptions
            {
                Each = new TrainingOptions
                {
                    Workspace = call.Workspace,
                    Configuration = Configuration.FullResolution, // set for each, as the fold is
                    Task = call.Get(_task),
                    Fold = "0",
                    Trainer = call.Get(_trainer)!,
                    Plans = call.Get(_plans) ?? preparation.PlansName(),
                    Epochs = call.Get(_epochs),
                    Iterations = call.Get(_iterations),
                    Seed = call.Get(_seed),
                    Precision = call.Get(_fp32) ? ComputePrecision.Float32 : null,
                    Validation = new ValidationOptions { SaveProbabilities = call.Get(_npz) },
                },
                CascadeTrainer = call.Get(_cascadeTrainer)!,
                Configurations = [.. ConfigurationChoice.Parse(call.Get(_configurations))],
                Folds = [.. call.Get(_folds) ?? []],
            },
            Ensembling = call.Get(_npz),
            Input = call.Get(_input),
            Output = call.Get(_output),
        };
        Option[] work = [_configurations, _folds, _input, _output, _trainer, _cascadeTrainer, _plans, _planner3D, _planner2D, _npz];
        if (call.Get(_status) && !work.Any(call.IsGiven) && TaskGraph.LastAsked(call.Workspace, call.Get(_task)) is { } asked) run = asked.Again(run);
        return new SubmitOptions { Run = run, Resources = Resources(call), Program = Program(call) };
    }

    private PredictionOptions PredictionOptions(Invocation call) => new()
    {
        Workspace = call.Workspace,
        Task = call.Get(_predictTask)!,
        Input = call.Get(_input)!,
        Output = call.Get(_output)!,
        Parts = call.Get(_parts)!.Value,
        Words =
        [
            "-m", ConfigurationChoice.Parse(call.Get(_configurations)) is [var one] ? one.Name : Configuration.FullResolution.Name,
            .. call.Get(_folds) is { Length: > 0 } folds ? (string[])["-f", .. folds] : [],
            .. ((Option<string?>[])[_trainer, _cascadeTrainer, _plans]).Where(call.IsGiven).SelectMany(o => (string[])[o.Name, call.Get(o)!]),
            .. call.Get(_npz) ? ["-z"] : Array.Empty<string>(),
            .. call.Get(_fp32) ? ["--disable_mixed_precision"] : Array.Empty<string>(),
        ],
        Resources = Resources(call),
        Program = Program(call),
    };

    private JobResources Resources(Invocation call) => new()
    {
        Partition = call.Get(_partition),
        Time = call.Get(_time) is { } time ? TimeLimit.Parse(time) : null,
        Gres = call.Get(_gres),
        Cpus = call.Get(_cpus),
        Memory = call.Get(_memory),
        Account = call.Get(_account),
        Qos = call.Get(_qos),
        Nodes = call.Get(_nodes)!.Value,
        Ranks = call.Get(_ranks),
        Container = call.Get(_container) is { } image && File.Exists(image) ? Path.GetFullPath(image) : call.Get(_container),
        Setup = call.Get(_setup) ?? "",
    };

    private static ProgramCall Program(Invocation call)
    {
        string[] plugins = [.. call.Plugins.Select(Path.GetFullPath)];
        return new ProgramCall
        {
            Words = [.. OwnProgram.Words()],
            DotnetRoot = OwnProgram.DotnetRoot(),
            Options =
            [
                .. plugins.SelectMany(static p => (string[])["--plugin", p]),
                .. call.Device is { } device ? ["--device", device] : Array.Empty<string>(),
                .. call.MaxRam is { } gigabytes ? ["--max-ram", gigabytes.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
            ],
            Files = [.. plugins],
        };
    }
}
