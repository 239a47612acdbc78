namespace NnUNet.Foundation.Tests;

public sealed class CaseLoopTests
{
    [Fact]
    public void Run_CasesAtFault_DoesTheOthersAndNamesThemInOrder()
    {
        // Given
        CaseLoop loop = new(2, new MemoryBudget(100), CancellationToken.None);
        int[] results = new int[5];
        int told = 0;

        // When
        IReadOnlyList<CaseFault> faults = loop.Run(
            5,
            static i => i == 3 ? throw new DescribedException("c3", "it has no header", "copy it again") : new CaseNeed($"c{i}", 40),
            i => results[i] = i == 1 ? throw new DescribedException("c1", "it is empty", "remove it") : i,
            (_, _) => Interlocked.Increment(ref told));

        // Then
        Assert.Equal([1, 3], faults.Select(static f => f.Index));
        Assert.Equal([0, 0, 2, 0, 4], results);
        Assert.Equal(5, told);
        Assert.Equal($"c1: it is empty; remove it{Environment.NewLine}c3: it has no header; copy it again", CaseLoop.Lines(faults));
    }

    [Fact]
    public void Run_OnSeveralThreads_TellsWhatIsDoneInOrder()
    {
        List<int> told = [];

        new CaseLoop(8, null, CancellationToken.None).Run(2000, null, static _ => { }, (_, done) => told.Add(done));

        Assert.Equal(Enumerable.Range(1, 2000), told);
    }

    [Fact]
    public void Run_ACaseLargerThanTheProgramMayTake_IsRefusedBeforeItsWorkAndTheOthersAreDone()
    {
        // Given
        using IDisposable limit = MemoryLimit.Set(3L << 30, held: 1L << 30);
        CaseLoop loop = new(2, new MemoryBudget(0), CancellationToken.None);
        bool[] worked = new bool[3];

        // When
        IReadOnlyList<CaseFault> faults = loop.Run(3, static i => new CaseNeed($"c{i}", i == 1 ? (2L << 30) + 1 : 2L << 30), i => worked[i] = true);

        // Then
        CaseFault fault = Assert.Single(faults);
        Assert.Equal((1, "c1"), (fault.Index, fault.Fault.Where));
        Assert.Equal("the case needs about 3.01 GB of memory, but 3.00 GB may be used", fault.Fault.What);
        Assert.Equal([true, false, true], worked);
    }

    [Fact]
    public void Run_AnotherException_IsTranslatedAndEndsTheLoop()
    {
        // Given
        CaseLoop loop = new(1, null, CancellationToken.None);
        List<int> worked = [];

        // When
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => loop.Run(
            3,
            null,
            i =>
            {
                worked.Add(i);
                throw new IOException("full");
            },
            failed: static (i, e) => new InvalidOperationException($"case {i}: {e.Message}")));

        // Then
        Assert.Equal("case 0: full", error.Message);
        Assert.Equal([0], worked);
    }

    [Fact]
    public void Lines_OfManyFaults_TellsTwentyAndHowManyMore()
    {
        // Given
        CaseFault[] faults = [.. Enumerable.Range(0, 22).Select(static i => new CaseFault(i, new DescribedException($"c{i}", "empty", "remove it")))];

        // When
        string[] lines = CaseLoop.Lines(faults).Split(Environment.NewLine);

        // Then
        Assert.Equal(21, lines.Length);
        Assert.Equal("and 2 more", lines[^1]);
    }
}
