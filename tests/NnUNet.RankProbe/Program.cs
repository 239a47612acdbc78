using NnUNet.RankProbe;
using NnUNet.Torch.Replicas.Mpi;
using NnUNet.Torch.Replicas.Ranks;
using NnUNet.Torch.Runtime;

// What the tests start as the ranks of a job. Arguments: what to do, and its own arguments. What goes wrong ends all ranks with 1.
if (args is ["launch", .. string[] launch]) return Launch.Run(launch);
if (args is ["life", .. string[] life]) return Life.Run(life);

TorchRuntime.Initialize(1);
if (Join(args) is not { } communicator) return 2;
using (communicator) return Run(communicator, args);

static MpiCommunicator? Join(string[] args)
{
    try
    {
        return new MpiCommunicator(RankSettings.Read(), RankEnvironment.Read(), Console.Error.WriteLine, args is ["pieces" or "measure", string bytes] ? Values.Long(bytes) : MpiCommunicator.DefaultPieceBytes);
    }
    catch (ReplicaException fault)
    {
        Console.Error.WriteLine(fault.Message);
        return null;
    }
}

static int Run(MpiCommunicator communicator, string[] args)
{
#pragma warning disable CA1031 // a rank that cannot go on ends all
    try
    {
        switch (args)
        {
            case ["about"]:
                Console.WriteLine($"{communicator.Engine}, rank {communicator.Rank} of {communicator.World}, local {communicator.LocalRank}, hosts {string.Join(' ', communicator.Hosts)}");
                break;
            case ["collectives"]:
            case ["pieces", _]:
                Collectives.All(communicator);
                break;
            case ["big", var size]:
                Collectives.Big(communicator, Values.Long(size));
                break;
            case ["overlap", var sums]:
                Collectives.Overlap(communicator, Values.Long(sums));
                break;
            case ["replicas", var steps]:
                Collectives.Replicas(communicator, Values.Long(steps));
                break;
            case ["signals"]:
                Endings.Signals(communicator);
                break;
            case ["end", var how, var rank]:
                Endings.Run(communicator, how, (int)Values.Long(rank));
                break;
            case ["alone", var seconds]:
                Endings.WorkAlone(communicator, TimeSpan.FromSeconds(Values.Long(seconds)));
                break;
            case ["measure"]:
            case ["measure", _]:
                Measure.Run(communicator);
                break;
            default:
                throw new ArgumentException($"no probe is called {string.Join(' ', args)}");
        }

        return 0;
    }
    catch (Exception fault)
    {
        communicator.Abort(fault.Message.TrimEnd('.'), 1);
        return 1;
    }
#pragma warning restore CA1031
}
