namespace NnUNet.Foundation;

/// <summary>A case that could not be worked on.</summary>
/// <param name="Index">The case's number.</param>
/// <param name="Fault">What is wrong with it.</param>
public readonly record struct CaseFault(int Index, DescribedException Fault);

/// <summary>What the work on a case takes.</summary>
/// <param name="Where">The case's file or name, for messages.</param>
/// <param name="Bytes">Bytes of memory at most.</param>
public readonly record struct CaseNeed(string Where, long Bytes);

/// <summary>The loop over cases: works on as many at a time as threads and memory allow, and returns all faults at the end.</summary>
/// <param name="threads">Cases at a time; 0 means <see cref="ParallelLoop.DefaultDegree"/>.</param>
/// <param name="budget">The memory; null where it does not limit the work.</param>
/// <param name="cancel">Stops between cases.</param>
public sealed class CaseLoop(int threads, MemoryBudget? budget, CancellationToken cancel)
{
    private const int FaultsShown = 20;

    /// <summary>Works on every case.</summary>
    /// <param name="count">Number of cases.</param>
    /// <param name="need">What the work on the case of a number takes, told before any memory is taken for it; null where there is no budget.</param>
    /// <param name="work">The work on a case, by its number.</param>
    /// <param name="finished">Called after every case, at fault or not, with its number and how many are done: by one thread at a time, in ascending order of what is done.</param>
    /// <param name="failed">What is thrown instead of an exception that is no <see cref="DescribedException"/>; null for the exception itself.</param>
    /// <returns>
    /// The cases at fault, in the cases' order: those whose work or size ended in a <see cref="DescribedException"/>, such as one that
    /// does not fit <see cref="MemoryLimit"/>.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>Any other exception ends the loop at once.</remarks>
    public IReadOnlyList<CaseFault> Run(
        int count, Func<int, CaseNeed>? need, Action<int> work, Action<int, int>? finished = null, Func<int, Exception, Exception?>? failed = null)
    {
        DescribedException?[] faults = new DescribedException?[count];
        int done = 0;
        Lock telling = new();
        ParallelLoop.ForEach(
            count,
            i =>
            {
                try
                {
                    using IDisposable? share = need is null || budget is null ? null : Enter(budget, need(i));
                    work(i);
                }
                catch (DescribedException e)
                {
                    faults[i] = e;
                }
                catch (Exception e) when (failed?.Invoke(i, e) is { } told)
                {
                    throw told;
                }

                // One at a time: else a case might be told as the first after another was told as the second.
                lock (telling) finished?.Invoke(i, ++done);
            },
            threads,
            cancel);
        return [.. faults.Index().Where(static f => f.Item is not null).Select(static f => new CaseFault(f.Index, f.Item!))];
    }

    private IDisposable Enter(MemoryBudget memory, CaseNeed one)
    {
        MemoryLimit.Check(one.Where, one.Bytes, "the case");
        return memory.Enter(one.Bytes, cancel);
    }

    /// <summary>The messages of the faults, one per line; of many, only the first ones and the number of the others.</summary>
    public static string Lines(IReadOnlyList<CaseFault> faults) =>
        string.Join(Environment.NewLine, faults.Take(FaultsShown).Select(static f => f.Fault.Message.TrimEnd('.')))
        + (faults.Count > FaultsShown ? $"{Environment.NewLine}and {faults.Count - FaultsShown} more" : "");
}
