using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.PyTorch;

/// <summary>Small files of both formats in <c>fuzz/corpus/torch</c>, made with Python's pickle and zipfile as torch.save writes them.</summary>
public sealed class TorchReadTests
{
    public static TheoryData<string> Files => ["zip_every_type.model", "zip_big_endian.model", "zip_deflated.model", "legacy_every_type.model"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_EveryFloatingPointType_IsReadAsFloats(string name)
    {
        // When
        using TorchFile file = TorchFile.Open(Corpus(name));

        // Then
        Assert.Equal([1, 0, 1, 0, 1, 1], View(file, "Double").ReadFloat32());
        Assert.Equal([1, 0, 1, 0, 1, 1], View(file, "Float").ReadFloat32());
        Assert.Equal([1, 0, 1, 0, 1, 1], View(file, "Half").ReadFloat32());
        Assert.Equal([1, -2, 1, -2, 1, 1], View(file, "BFloat16").ReadFloat32());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_EveryOtherType_IsReadAsItIs(string name)
    {
        // When
        using TorchFile file = TorchFile.Open(Corpus(name));

        // Then
        Assert.Equal([1L, 0, 1, 0, 1, 1], Numbers<long>(View(file, "Long")));
        Assert.Equal([1, 0, 1, 0, 1, 1], Numbers<int>(View(file, "Int")));
        Assert.Equal([1, 0, 1, 0, 1, 1], Numbers<short>(View(file, "Short")));
        Assert.Equal([1, 0, 1, 0, 1, 1], Numbers<sbyte>(View(file, "Char")));
        Assert.Equal([1, 0, 1, 0, 1, 1], Numbers<byte>(View(file, "Byte")));
        Assert.Equal([true, false, true, false, true, true], Numbers<bool>(View(file, "Bool")));
        Assert.Equal([1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1], Numbers<float>(View(file, "ComplexFloat")));
        Assert.Equal("torch.complex64[2, 3]", View(file, "ComplexFloat").ToString());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_ViewsOnOneStorage_AreCopiedInTheirOwnOrder(string name)
    {
        // When
        using TorchFile file = TorchFile.Open(Corpus(name));

        // Then
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], View(file, "whole").ReadFloat32());
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], View(file, "transposed").ReadFloat32());
        Assert.Equal([1, 5, 9], View(file, "column").ReadFloat32());
        Assert.Equal([4, 5, 6, 7], View(file, "part").ReadFloat32());
        Assert.Equal([11], View(file, "scalar").ReadFloat32());
        Assert.Empty(View(file, "empty").ReadFloat32());
        Assert.Equal([2], View(file, "parameter").ReadFloat32());
        Assert.True(View(file, "part").IsContiguous);
        Assert.False(View(file, "transposed").IsContiguous);
        Assert.Equal(View(file, "whole").StorageKey, View(file, "column").StorageKey);
        Assert.False(View(file, "whole").IsSameAs(View(file, "transposed")));
        Assert.Equal("cuda:0", Content(file)["device"]);
        Assert.Equal("cpu", Content(file)["cpu"]);
    }

    [Fact]
    public void Open_AStorageOfBytes_HasTheTypeOfItsTensor()
    {
        // When
        using TorchFile file = TorchFile.Open(Corpus("zip_untyped.model"));

        // Then
        Assert.Equal("torch.uint16[3]", View(file, "u16").ToString());
        Assert.Equal([(ushort)2, (ushort)3, ushort.MaxValue], Numbers<ushort>(View(file, "u16")));
    }

    [Theory]
    [InlineData("refused_not_torch.model", "no file of torch.save")]
    [InlineData("refused_outside.model", "needs 3 numbers, but storage \"0\" has 2")]
    [InlineData("refused_repeated.model", "repeats the 2 numbers of storage \"0\"")]
    [InlineData("refused_short_storage.model", "storage \"0\" of 1099511627776 torch.float32 has 8 bytes")]
    public void Open_AHostileFile_IsRefused(string name, string what)
    {
        // When
        DescribedException error = Assert.ThrowsAny<DescribedException>(() => TorchFile.Open(Corpus(name)));

        // Then
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK", "the zip archive is damaged")]
    [InlineData("hello", "no file of torch.save")]
    [InlineData("", "no file of torch.save")]
    public void Open_SomethingElse_SaysSo(string content, string what)
    {
        // Given
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.model"], content);

        // When
        TorchFileException error = Assert.Throws<TorchFileException>(() => TorchFile.Open(folder["a.model"]));

        // Then
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFunctionInAModel_IsRefusedByName()
    {
        // Given
        using TemporaryFolder folder = new();
        SmallTorchFiles.WriteZip(folder["a.model"], new PickledCall(new PickledName("posix", "system"), PickleTuple.Create(["echo hello"])));

        // When
        PickleException error = Assert.Throws<PickleException>(() => TorchFile.Open(folder["a.model"]));

        // Then
        Assert.Contains("\"posix.system\", which is not on the list", error.What, StringComparison.Ordinal);
        Assert.Contains("a.model: archive/data.pkl", error.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4L, 0L, 3L, 1L, "ok")]
    [InlineData(4L, 3L, 1L, 5L, "ok")]
    [InlineData(4L, 3L, 2L, 1L, "needs 5 numbers")]
    [InlineData(4L, 5L, 0L, 1L, "ok")]
    [InlineData(4L, -1L, 1L, 1L, "is not possible")]
    [InlineData(4L, 0L, -1L, 1L, "is not possible")]
    [InlineData(4L, 0L, 2L, -1L, "is not possible")]
    [InlineData(4L, long.MaxValue, 2L, long.MaxValue, "numbers, but storage")]
    [InlineData(4L, 0L, long.MaxValue, long.MaxValue, "numbers, but storage")]
    [InlineData(4L, 0L, 5L, 0L, "repeats the 4 numbers")]
    [InlineData(long.MaxValue, 0L, 1L, 1L, "is not possible")]
    [InlineData(5L, 0L, 1L, 1L, "has 16 bytes")]
    public void Open_ViewsThatDoNotFit_AreRefused(long numbers, long offset, long length, long stride, string what)
    {
        // Given a storage of four floats
        using TemporaryFolder folder = new();
        SmallTorchFiles.WriteZip(folder["a.model"], SmallTorchFiles.Tensor(numbers, offset, [length], [stride]), new byte[16]);

        // When
        string message = Record.Exception(() => TorchFile.Open(folder["a.model"]).Dispose())?.Message ?? "ok";

        // Then
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("legacy_every_type.model")]
    [InlineData("zip_every_type.model")]
    [InlineData("zip_deflated.model")]
    public void Open_CutOffAtEveryByte_FailsWithOneClearError(string name)
    {
        // Given
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(Corpus(name));
        List<Exception?> errors = [];

        // When
        foreach (int length in Enumerable.Range(0, whole.Length))
        {
            File.WriteAllBytes(folder["a.model"], whole[..length]);
            errors.Add(Record.Exception(() => TorchFile.Open(folder["a.model"]).Dispose()));
        }

        // Then
        Assert.All(errors, static e => Assert.IsType<DescribedException>(e, exactMatch: false));
    }

    [Fact]
    public void CopyTo_AnotherLength_IsRefused()
    {
        // Given
        using TorchFile file = TorchFile.Open(Corpus("zip_every_type.model"));

        // Then
        Assert.Throws<ArgumentException>(() => View(file, "whole").CopyTo(new byte[47]));
        Assert.Contains("is of torch.int64", Assert.Throws<TorchFileException>(() => View(file, "Long").ReadFloat32()).Message, StringComparison.Ordinal);
    }

    private static string Corpus(string name) => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "torch", name);

    private static PickleDictionary Content(TorchFile file) => Assert.IsType<PickleDictionary>(file.Content);

    private static TensorView View(TorchFile file, string name) => Assert.IsType<TensorView>(Content(file)[name]);

    private static T[] Numbers<T>(TensorView view)
        where T : unmanaged
    {
        byte[] bytes = new byte[view.ByteCount];
        view.CopyTo(bytes);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes).ToArray();
    }
}
