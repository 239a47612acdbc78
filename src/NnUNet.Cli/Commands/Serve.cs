using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Cli.Commands;

/// <summary>Offers models as a service that other programs call.</summary>
[CatalogName("serve")]
internal sealed class Serve : CommandDefinition
{
    private const double Megabyte = 1 << 20;
    private const double Kilobyte = 1 << 10;

    private readonly Argument<string[]> _models = new("MODEL")
    {
        Description = "The models' folders: TRAINER__PLANS, or TRAINER__PLANS__CONFIGURATION of nnU-Net v2. NAME=FOLDER gives a model the name by which it is called; otherwise that is TASK-CONFIGURATION.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly WebChoice _web = new();
    private readonly Option<string?> _state = Values.Text(["--state"], "DIR", "The folder of jobs, readable by this user alone: images until they are segmented, results until --keep is over. A service that starts again continues what is there.", ServiceSettings.StandardState);
    private readonly Option<int?> _queue = Values.Integer(["--queue"], "Jobs that may wait; further ones are answered with 429 and when to call again.", ServiceSettings.StandardQueue, least: 1);
    private readonly Option<int?> _perClient = Values.Integer(["--per-client"], "Jobs of one client's address that may wait or be in work.", ServiceSettings.StandardQueue, least: 1);
    private readonly Option<TimeSpan?> _keep = Values.Duration(["--keep"], "How long results are kept, such as 30m; 1h unless given.");
    private readonly Option<TimeSpan?> _idle = Values.Duration(["--idle"], "After how long without work a model's networks are unloaded; 10m unless given.");
    private readonly Option<double?> _maxUpload = Values.Number(["--max-upload"], "Megabytes that one call may send.", ServiceSettings.StandardMaxUploadBytes / Megabyte, "MB");
    private readonly Option<double?> _maxUnpacked = Values.Number(["--max-unpacked"], "Megabytes that the files of an uploaded zip archive may have when they are unpacked.", ServiceSettings.StandardMaxUnpackedBytes / Megabyte, "MB");
    private readonly Option<double?> _slowest = Values.Number(["--slowest-upload"], "Kilobytes a second that an upload must reach; slower ones are ended.", ServiceSettings.StandardSlowestUpload / Kilobyte, "KB");
    private readonly Option<double?> _step = Values.Number(["--step_size"], "Largest step between tiles as a fraction of the tile, greater than 0 and at most 1.", ServiceSettings.StandardTileStep);
    private readonly Option<bool> _fp32 = Values.Flag(["--disable_mixed_precision"], "Compute in float32 throughout. Otherwise convolutions compute in 16 bits where that is faster (nnunet doctor shows which).");
    private readonly Option<bool> _strict = InputChoices.Strict();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Offer models as a web service: an image in, its segmentation out.";

    /// <inheritdoc/>
    public override string Details =>
        "The segmentations are those of nnUNet_predict, byte for byte. One job is in work at a time, on the device of --device; networks are loaded when the first job needs them. "
        + "Callers send images to /v1/segmentations; /try/ is a page to try it, /openapi/v1.json the description for programs, /healthz, /readyz and /metrics are for supervisors. "
        + "Only this machine can call unless --address says otherwise, which needs --token-file. The log is one line of JSON a job, without images, names of files or of patients.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_models, .. _web.Options, _state, _queue, _perClient, _keep, _idle, _maxUpload, _maxUnpacked, _slowest, _step, _fp32, _strict];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionGroup> Groups =>
    [
        new("Who may call", _web.Options),
        new("Limits", [_state, _queue, _perClient, _keep, _idle, _maxUpload, _maxUnpacked, _slowest]),
        new("Prediction", [_step, _fp32, _strict]),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet serve results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1",
        "nnunet serve hippocampus=models/hippocampus liver=models/liver --address 0.0.0.0 --token-file token.txt --state jobs --keep 15m",
    ];

    /// <inheritdoc/>
    public override string AfterInterruption => "the service has stopped; accepted jobs continue when it starts again";

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ServiceSettings settings = new()
        {
            Web = _web.Of(call),
            Models = ModelAddress.ParseAll(call.Get(_models) ?? []),
            State = Path.GetFullPath(call.Get(_state)!),
            Queue = call.Get(_queue)!.Value,
            PerClient = call.Get(_perClient)!.Value,
            KeepSeconds = call.Get(_keep)?.TotalSeconds ?? ServiceSettings.StandardKeepSeconds,
            IdleSeconds = call.Get(_idle)?.TotalSeconds ?? ServiceSettings.StandardIdleSeconds,
            MaxUploadBytes = Bytes(call.Get(_maxUpload)!.Value, Megabyte),
            MaxUnpackedBytes = Bytes(call.Get(_maxUnpacked)!.Value, Megabyte),
            SlowestUpload = (int)Math.Min(int.MaxValue, Bytes(call.Get(_slowest)!.Value, Kilobyte)),
            Device = DeviceChoice.Of(call).ToString(),
            Float32 = call.Get(_fp32),
            TileStep = call.Get(_step)!.Value,
            StrictInput = call.Get(_strict),
            MemoryBytes = MemoryLimit.Bytes,
            HeldBytes = MemoryLimit.Held,
            Threads = OperationThreads.Asked ?? 0,
            LoopThreads = ParallelLoop.DefaultDegree == Environment.ProcessorCount ? 0 : ParallelLoop.DefaultDegree,
        };
        settings.ThrowIfWrong();
        return WebChild.Run("serve", settings, call.Cancel);
    }

    /// <summary>Bytes of a number in a larger unit; at least 0, which is refused later.</summary>
    private static long Bytes(double number, double unit) => (long)Math.Clamp(number * unit, 0, 1L << 60);
}
