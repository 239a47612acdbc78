namespace NnUNet.Foundation.Tests;

public sealed class MemoryLimitTests
{
    private const long Gigabyte = 1L << 30;

    [Fact]
    public void Set_HoldsUntilItIsDisposed_InThreadsOfTheWorkToo()
    {
        // Given
        long before = MemoryLimit.Bytes;
        long within = 0;

        // When
        using (MemoryLimit.Set(1000, held: 100))
        {
            Thread thread = new(() => within = MemoryLimit.ForWork);
            thread.Start();
            thread.Join();
        }

        // Then
        Assert.Equal(900, within);
        Assert.Equal(before, MemoryLimit.Bytes);
    }

    [Fact]
    public void Set_Nothing_IsHalfOfWhatThereIs()
    {
        using IDisposable limit = MemoryLimit.Set(0);

        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, MemoryLimit.Bytes);
    }

    [Fact]
    public void Hold_TheSameTwice_CountsOnce()
    {
        // Given
        using IDisposable limit = MemoryLimit.Set(1000, held: 100);

        // When
        MemoryLimit.Hold("weights", 500);
        MemoryLimit.Hold("weights", 200);
        MemoryLimit.Hold("library", 50);

        // Then
        Assert.Equal(350, MemoryLimit.Held);
        Assert.Equal(650, MemoryLimit.ForWork);
    }

    [Fact]
    public void Check_WhatDoesNotFit_SaysHowMuchTheWholeProgramNeeds()
    {
        // Given
        using IDisposable limit = MemoryLimit.Set(Gigabyte, held: Gigabyte / 4);

        // When
        MemoryLimit.Check("fits.nii", (Gigabyte / 4) * 3, "the image");
        DescribedException refused = Assert.Throws<DescribedException>(() => MemoryLimit.Check("a.nii", Gigabyte, "the image"));
        DescribedException hopeless = Assert.Throws<DescribedException>(() => MemoryLimit.Check("a.nii", 1L << 60, "the image"));

        // Then
        Assert.Equal("a.nii", refused.Where);
        Assert.Equal("the image needs about 1.25 GB of memory, but 1.00 GB may be used", refused.What);
        Assert.StartsWith("allow more (--max-ram 1.25), or ", refused.Remedy, StringComparison.Ordinal);
        Assert.StartsWith("use a machine with more memory, or ", hopeless.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_ForSeveralProcesses_GivesEachItsShare_AndRefusalsCountAllOfThem()
    {
        // Given one of two processes
        using IDisposable limit = MemoryLimit.Set(2 * Gigabyte, Gigabyte / 4, shares: 2);

        // When
        DescribedException refused = Assert.Throws<DescribedException>(() => MemoryLimit.Check("a.nii", Gigabyte, "the image"));

        // Then
        Assert.Equal(Gigabyte, MemoryLimit.Bytes);
        Assert.Equal("the image needs about 1.25 GB of memory, but 1.00 GB may be used by each of 2 processes", refused.What);
        Assert.StartsWith("name fewer devices, which share the memory, or allow more (--max-ram 2.50), or ", refused.Remedy, StringComparison.Ordinal);
    }
}
