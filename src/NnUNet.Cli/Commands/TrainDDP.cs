using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Foundation;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Replicas.Mpi;
using NnUNet.Torch.Replicas.Nccl;
using NnUNet.Torch.Replicas.Ranks;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Cli.Commands;

/// <summary>Trains one fold by several processes, each with a device, on one host or on many.</summary>
[CatalogName("nnUNet_train_DDP")]
internal sealed class TrainDDP : TrainCommand
{
    private const int SignalCodes = 128; // a shell's exit code of a program that a signal has ended is more than that

    private readonly Option<int?> _gpus = Values.Integer(["-gpus"], "Number of processes that this command starts on this host, each with a device: the first GPUs, or with --device cpu parts of the processor. All GPUs unless given. Under mpirun, mpiexec or srun those say how many there are.", least: 1);
    private readonly Option<bool> _distribute = Values.Flag(["--dbs"], "Share the plan's batch out over the processes. Without it each has a batch of that size, so that a batch in all is as many times as large.");
    private readonly Option<int?> _localRank = Values.Integer(["--local_rank"], "Accepted for the original's scripts: which process this is, its launcher says.", least: 0);
    private readonly Option<int?> _port = Values.Integer(["--master_port"], "Accepted for the original's scripts: processes of one host need no port, and those of several find each other by MPI.", least: 0);

    /// <inheritdoc/>
    public override string Summary => "Train one fold by several processes, each with a device, on one host or many (the original's DDP).";

    /// <inheritdoc/>
    public override string Details =>
        "Called plainly it starts its processes on this host; under mpirun, mpiexec or srun --mpi=pmix it is one of theirs. Every trainer can be trained so, nnUNetTrainerV2_DDP is nnUNetTrainerV2 under another name. "
        + "Losses, gradients and Dice are those of the whole batch, the model is an ordinary one. CUDA_VISIBLE_DEVICES chooses among the GPUs. docs/several-devices.md tells which way to take when.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnUNet_train_DDP 3d_fullres nnUNetTrainerV2_DDP 4 0 --dbs",
        "nnUNet_train_DDP 3d_fullres nnUNetTrainerV2_DDP 4 0 -gpus 2 --dbs --device cpu",
        "mpirun -n 8 nnUNet_train_DDP 3d_fullres nnUNetTrainerV2_DDP 4 0 --dbs",
        "srun --mpi=pmix nnUNet_train_DDP 3d_fullres nnUNetTrainerV2_DDP 4 0 --dbs",
    ];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> DeviceOptions => [_gpus, _distribute, _localRank, _port];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> OriginalDeviceOptions => [_localRank, _distribute];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> WithoutEffect => [_localRank, _port];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        RankEnvironment environment = RankEnvironment.Read();
        return environment.Start == RankStart.None ? Start(call) : Train(call, environment);
    }

    /// <summary>Starts the processes and waits for their end.</summary>
    private int Start(Invocation call)
    {
        TorchDevice first = DeviceChoice.Of(call);
        int count = call.Get(_gpus) ?? (first.IsCuda ? Math.Max(1, DeviceChoice.CudaDevices() - first.Index) : 1);
        IReadOnlyList<TorchDevice> devices = ReplicaChoice.First(call, count);
        if (count == 1) return Train(call, Options(call) with { Device = devices[0] });

        RankSettings settings = RankSettings.Read();
        IReadOnlyList<string> words = OwnProgram.Words();
        RankLauncher launcher = new(new RankCommand(words[0], [.. words.Skip(1), .. Environment.GetCommandLineArgs().Skip(1)]), count, settings, call.Refuse);
        int? exitCode = devices[0].IsCuda ? launcher.Run(NcclLibrary.Load(settings.NcclLibrary).NewId().ToString(), call.Cancel) : launcher.RunByMpi(call.Cancel);
        if (exitCode is { } ended) return ended == CommandLine.Interrupted || (call.Cancel.IsCancellationRequested && ended > SignalCodes) ? Interrupted(call) : ended;

        call.Print("There is no mpirun here, so the replicas run on threads of this process, as with nnUNet_train_DP.");
        return Train(call, ReplicaChoice.OnThreads(Options(call), devices, call.Get(_distribute)));
    }

    /// <summary>Trains as one of the processes that were started.</summary>
    private int Train(Invocation call, RankEnvironment environment)
    {
        if (environment.Rank > 0) call.Terminal.Mute();
        ICommunicator? ranks = null;
        try
        {
            RankSettings settings = RankSettings.Read();
            using LifeSigns? signs = LifeSigns.Begin(settings, static () => ProcessEnd.AtOnce(SilenceWatch.LostExitCode)); // before libtorch, whose loading may take long
            TorchRuntime.Initialize();
            TorchDevice first = DeviceChoice.Of(call);
            ranks = Join(first, environment, settings);
            int here = ranks.MembersHere;
            if (call.Get(_gpus) is { } asked && environment.Start != RankStart.Own && asked != here)
            {
                throw new DescribedException("nnUNet_train_DDP", $"-gpus says {asked}, but there are {here} processes on this host", "leave out -gpus: the launcher says how many there are");
            }

            return TrainAs(ranks, call, Options(call) with
            {
                Device = ReplicaChoice.OfRank(first, ranks.LocalRank),
                Communicator = ranks,
                SharesCores = RankEnvironment.SharesCores(here),
                DistributeBatch = call.Get(_distribute),
            });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The others would wait for this one, and where it is muted nobody would hear why it ends.
            if (ranks is not null) ReplicaRank.EndAll(new ReplicaGroup(ranks), e);
            else if (environment.Rank > 0) LastWord(e.Message);
            throw;
        }
        finally
        {
            ranks?.Dispose();
        }
    }

    /// <summary>Trains, and ends well where all stop at a safe place, but for the leading rank where only its exit code can tell of it.</summary>
    private int TrainAs(ICommunicator ranks, Invocation call, TrainingOptions options)
    {
        int exitCode;
        try
        {
            exitCode = Train(call, options);
        }
        catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
        {
            exitCode = CommandLine.Interrupted;
        }

        if (exitCode == CommandLine.Interrupted && !RankEnding.IsAwaited) Interrupted(call);
        if (exitCode is not (CommandLine.Unfinished or CommandLine.Interrupted)) return exitCode;
        return ranks.Rank > 0 || RankEnding.Tell(exitCode) ? CommandLine.Done : exitCode;
    }

    private static ICommunicator Join(TorchDevice first, RankEnvironment environment, RankSettings settings)
    {
        if (first.IsCuda && environment is { Start: RankStart.Own, LocalRank: { } number })
        {
            NcclId id = NcclId.Parse(EnvironmentSettings.Variable(RankEnvironment.NcclIdVariable) ?? "");
            return NcclCommunicator.Join(settings, environment, id, ReplicaChoice.OfRank(first, number).Index, LastWord);
        }

        MpiCommunicator mpi = new(settings, environment, LastWord);
        IReadOnlyList<string> kinds = new ReplicaGroup(mpi).Gather(first.IsCuda ? "a GPU" : "the processor");
        if (kinds.Distinct().Count() > 1)
        {
            int other = kinds.ToList().FindIndex(kind => kind != kinds[0]);
            throw new DescribedException(
                "nnUNet_train_DDP", $"process 0 on {mpi.Hosts[0]} takes {kinds[0]}, but process {other} on {mpi.Hosts[other]} takes {kinds[other]}", "start it on hosts of one kind, or give --device cpu");
        }

        return first.IsCuda ? NcclCommunicator.Join(settings, mpi, ReplicaChoice.OfRank(first, mpi.LocalRank).Index, LastWord) : mpi;
    }

    /// <summary>Past the terminal: the process may be muted, and ends at once.</summary>
    private static void LastWord(string text) => Console.Error.WriteLine($"nnunet: {text}");
}
