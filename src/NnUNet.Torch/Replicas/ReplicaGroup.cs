using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text;
using NnUNet.Core.Batches;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>One replica's place in a training, and what it does together with the others. Counts the time that it waits for them.</summary>
/// <remarks>All methods but <see cref="Abort"/> are called by every replica, in the same order.</remarks>
internal sealed class ReplicaGroup
{
    private readonly ICommunicator _communicator;
    private readonly Stopwatch _sinceLook = Stopwatch.StartNew();
    private TimeSpan _waited;
    private ExceptionDispatchInfo? _failure;

    /// <summary>A replica's place.</summary>
    /// <param name="communicator">What joins it to the others; stays the caller's.</param>
    public ReplicaGroup(ICommunicator communicator) => _communicator = communicator;

    /// <summary>A replica that is alone.</summary>
    public static ReplicaGroup Alone() => new(new SoloCommunicator());

    /// <summary>The engine, for people.</summary>
    public string Engine => _communicator.Engine;

    /// <summary>The number of this replica, from 0 on.</summary>
    public int Rank => _communicator.Rank;

    /// <summary>Number of replicas.</summary>
    public int World => _communicator.World;

    /// <summary>Whether this is the one replica that reads and writes the training's files and tells of it.</summary>
    public bool Leads => Rank == 0;

    /// <summary>The host of each replica.</summary>
    public IReadOnlyList<string> Hosts => _communicator.Hosts;

    /// <summary>The samples of each batch that this replica computes.</summary>
    /// <param name="batch">Samples of the whole batch.</param>
    public SampleShare ShareOf(int batch) => SampleShare.Of(Rank, World, batch);

    /// <summary>Waits until all replicas are here.</summary>
    public void Barrier() => Waiting(_communicator.Barrier);

    /// <summary>Whether something is so for any of the replicas.</summary>
    public bool Any(bool here) => World == 1 ? here : Sum(here ? 1 : 0)[0] > 0;

    /// <summary>Sums of numbers over all replicas, the same bits on all of them.</summary>
    public double[] Sum(params double[] values)
    {
        if (World == 1) return values;

        using Tensor numbers = tensor(values);
        Waiting(() => _communicator.Sum(numbers));
        return numbers.data<double>().ToArray();
    }

    /// <summary>Sums of whole numbers over all replicas.</summary>
    public long[] Sum(long[] values)
    {
        if (World == 1) return values;

        using Tensor numbers = tensor(values);
        Waiting(() => _communicator.Sum(numbers));
        return numbers.data<long>().ToArray();
    }

    /// <summary>Puts the sum of a tensor over all replicas in place.</summary>
    public void Sum(Tensor values) => Waiting(() => _communicator.Sum(values));

    /// <summary>Begins a sum, which the caller waits for with <see cref="Finish"/>.</summary>
    public IPendingSum BeginSum(Tensor values) => Waiting(() => _communicator.BeginSum(values));

    /// <summary>Waits for a sum.</summary>
    public void Finish(IPendingSum sum) => Waiting(sum.Wait);

    /// <summary>The tensors of all replicas: (W, …).</summary>
    public Tensor Gather(Tensor values) => Waiting(() => _communicator.Gather(values));

    /// <summary>Puts the leading replica's values in place.</summary>
    public void Broadcast(Tensor values) => Waiting(() => _communicator.Broadcast(values, 0));

    /// <summary>The numbers of the leading replica.</summary>
    /// <param name="values">There the numbers; elsewhere as many of any value.</param>
    public double[] Broadcast(double[] values)
    {
        if (World == 1) return values;

        using Tensor numbers = tensor(values);
        Broadcast(numbers);
        return numbers.data<double>().ToArray();
    }

    /// <summary>The text of the leading replica.</summary>
    /// <param name="text">There the text; elsewhere anything.</param>
    public string Broadcast(string text)
    {
        if (World == 1) return text;

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        using Tensor length = tensor([(long)bytes.Length]);
        Broadcast(length);
        using Tensor content = zeros(length.item<long>(), uint8);
        if (Leads) bytes.CopyTo(content.bytes);
        Broadcast(content);
        return Encoding.UTF8.GetString(content.bytes);
    }

    /// <summary>The texts of all replicas.</summary>
    public IReadOnlyList<string> Gather(string text)
    {
        if (World == 1) return [text];

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        using Tensor length = tensor([(long)bytes.Length]);
        using Tensor lengths = Gather(length);
        long[] each = lengths.data<long>().ToArray();
        long most = each.Max();
        using Tensor content = zeros(most, uint8);
        bytes.CopyTo(content.bytes);
        using Tensor all = Gather(content);
        byte[] texts = all.bytes.ToArray();
        return [.. each.Select((count, rank) => Encoding.UTF8.GetString(texts, checked((int)(rank * most)), (int)count))];
    }

    /// <summary>Time that this replica has waited for others, and time in all, since the last call.</summary>
    public BatchWait TakeWait()
    {
        BatchWait wait = new(_waited, _sinceLook.Elapsed);
        _waited = TimeSpan.Zero;
        _sinceLook.Restart();
        return wait;
    }

    /// <summary>
    /// Does something within a backward pass: an exception may not come out of there, since it would cross the native library and end the process. It
    /// is thrown by <see cref="ThrowWhatFailedInBackward"/>, and nothing more is done with the others until then.
    /// </summary>
    public void InBackward(Action action)
    {
        if (_failure is not null) return;

        try
        {
            action();
        }
#pragma warning disable CA1031 // thrown as soon as it can be
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    /// <summary>Call it after a backward pass: throws what went wrong within it.</summary>
    public void ThrowWhatFailedInBackward() => _failure?.Throw();

    /// <inheritdoc cref="ICommunicator.Abort"/>
    public void Abort(string reason, int exitCode) => _communicator.Abort(reason, exitCode);

    private void Waiting(Action action) => Waiting(() =>
    {
        action();
        return true;
    });

    private T Waiting<T>(Func<T> function)
    {
        long since = Stopwatch.GetTimestamp();
        try
        {
            return function();
        }
        finally
        {
            _waited += Stopwatch.GetElapsedTime(since);
        }
    }
}
