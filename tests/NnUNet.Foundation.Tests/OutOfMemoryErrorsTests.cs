using System.ComponentModel;

namespace NnUNet.Foundation.Tests;

public sealed class OutOfMemoryErrorsTests
{
    [Theory]
    [InlineData(
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB of which 1.02 GiB is free.",
        "the CUDA device's memory is full (2.00 GiB more were asked for)")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "the CUDA device's memory is full")]
    [InlineData(
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 6442450944 bytes. Error code 12 (Cannot allocate memory)",
        "the machine's memory is full (6.00 GiB more were asked for)")]
    [InlineData("[enforce fail at alloc_cpu.cpp:116] data. DefaultCPUAllocator: not enough memory: you tried to allocate 1073741824 bytes.", "the machine's memory is full (1.00 GiB more were asked for)")]
    [InlineData("std::bad_alloc", "the machine's memory is full")]
    public void Of_TorchsMessages_TellsWhichMemoryAndHowMuch(string message, string expected) => Assert.Equal(expected, OutOfMemoryErrors.Of(new Win32Exception(12, message)));

    [Fact]
    public void Of_OtherErrors_IsNull()
    {
        Assert.Null(OutOfMemoryErrors.Of(new Win32Exception(12, "The size of tensor a (3) must match the size of tensor b (4)")));
        Assert.Null(OutOfMemoryErrors.Of(new InvalidOperationException("out of memory")));
        Assert.Null(OutOfMemoryErrors.Of(new AggregateException(new InvalidOperationException("other"))));
    }

    [Fact]
    public void Describe_AnErrorOfAThread_SaysWhereAndWhatToDo()
    {
        DescribedException? described = OutOfMemoryErrors.Describe(new AggregateException(new InsufficientMemoryException()), "fold_0", "use fewer threads");

        Assert.Equal("fold_0: the machine's memory is full; use fewer threads.", described?.Message);
    }
}
