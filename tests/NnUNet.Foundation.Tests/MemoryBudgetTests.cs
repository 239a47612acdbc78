namespace NnUNet.Foundation.Tests;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void Enter_MoreThanThereIs_RunsAlone()
    {
        // Given
        MemoryBudget budget = new(100);

        // When
        using IDisposable large = budget.Enter(1000, CancellationToken.None);

        // Then
        Assert.False(budget.TryKeep(1));
        using CancellationTokenSource cancelled = new(TimeSpan.FromMilliseconds(1));
        Assert.ThrowsAny<OperationCanceledException>(() => budget.Enter(1, cancelled.Token));
    }

    [Fact]
    public void Enter_WhereOnlyKeptBytesAreInTheWay_AsksForRoomFirst()
    {
        // Given
        MemoryBudget budget = new(100);
        int asked = 0;
        budget.MakeRoom = () =>
        {
            asked++;
            budget.Release(60);
        };
        Assert.True(budget.TryKeep(60));

        // When
        budget.Enter(40, CancellationToken.None).Dispose();
        int whereItFits = asked;
        budget.Enter(80, CancellationToken.None).Dispose();

        // Then
        Assert.Equal((0, 1), (whereItFits, asked));
        Assert.True(budget.TryKeep(100));
    }

    [Fact]
    public void Limit_WithoutBytesOfItsOwn_IsWhatTheProgramsLimitLeaves()
    {
        using IDisposable limit = MemoryLimit.Set(1000, held: 300);

        Assert.Equal(700, new MemoryBudget(0).Limit);
    }

    [Fact]
    public void Enter_WaitsUntilMemoryIsFree()
    {
        // Given
        MemoryBudget budget = new(100);
        IDisposable first = budget.Enter(80, CancellationToken.None);
        using ManualResetEventSlim entered = new();
        Thread second = new(() =>
        {
            using IDisposable share = budget.Enter(50, CancellationToken.None);
            entered.Set();
        });
        second.Start();
        bool tooEarly = entered.Wait(50);

        // When
        first.Dispose();
        Assert.True(second.Join(TimeSpan.FromMinutes(1)), "the second never gets its share");

        // Then
        Assert.False(tooEarly);
        Assert.True(entered.IsSet);
        Assert.True(budget.TryKeep(100));
    }
}
