using System.Text;
using CsCheck;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Numpy;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[], double[]> StoredTypes => new()
    {
        { "|b1", [0, 1, 7], [0, 1, 1] },
        { "|u1", [0, 1, 255], [0, 1, 255] },
        { "|i1", [0, 1, 255], [0, 1, -1] },
        { "<u2", [1, 2, 255, 255], [513, 65535] },
        { ">u2", [1, 2, 255, 255], [258, 65535] },
        { "<i2", [1, 2, 255, 255], [513, -1] },
        { ">i2", [1, 2, 255, 254], [258, -2] },
        { "<u4", [1, 0, 0, 128], [2147483649] },
        { ">u4", [128, 0, 0, 1], [2147483649] },
        { "<i4", [254, 255, 255, 255], [-2] },
        { ">i4", [255, 255, 255, 254], [-2] },
        { "<u8", [1, 0, 0, 0, 1, 0, 0, 0], [4294967297] },
        { ">u8", [0, 0, 0, 1, 0, 0, 0, 1], [4294967297] },
        { "<i8", [254, 255, 255, 255, 255, 255, 255, 255], [-2] },
        { ">i8", [255, 255, 255, 255, 255, 255, 255, 254], [-2] },
        { "<f2", [0, 0x3c, 0, 0xc5], [1, -5] },
        { ">f2", [0x3c, 0, 0xc5, 0], [1, -5] },
        { "<f4", [0, 0, 0xc0, 0x3f], [1.5] },
        { ">f4", [0x3f, 0xc0, 0, 0], [1.5] },
        { "<f8", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], [1.5] },
        { ">f8", [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], [1.5] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(StoredTypes))]
    public void Read_EveryTypeAndByteOrder_GivesTheNumbers(string descr, byte[] stored, double[] expected)
    {
        // Given
        string path = Save(1, $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({expected.Length},), }}", stored);

        // When
        NpyArray array = NpyFile.Read(path);

        // Then
        Assert.Equal(expected, array.ToArray<double>());
        Assert.Equal([.. expected.Select(static v => (float)v)], array.ToArray<float>());
        Assert.Equal((descr, expected.Length), (array.DType, array.Count));
        Assert.Equal([expected.Length], NpyFile.ReadHeader(path).Shape);
    }

    [Theory]
    [InlineData(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }          \n")]
    [InlineData(2, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n")]
    [InlineData(3, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}")]
    [InlineData(1, "{\"shape\":(2L,3L),\"fortran_order\":False,\"descr\":\"|u1\"}")]
    public void Read_EveryVersionAndSpelling_GivesShapeAndNumbers(int version, string text)
    {
        // Given
        string path = Save(version, text, [1, 2, 3, 4, 5, 6]);

        // When
        NpyArray array = NpyFile.Read(path);

        // Then
        Assert.Equal([2L, 3], array.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], array.AsSpan<byte>().ToArray());
    }

    [Fact]
    public void Read_FortranOrder_IsTurnedIntoCOrder()
    {
        // Given: element (i, j, k) of shape (2, 3, 2) is 100 i + 10 j + k, first axis fastest
        byte[] stored = [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121];
        string path = Save(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2), }", stored);

        // When
        byte[] array = NpyFile.Read(path).ToArray<byte>();

        // Then
        Assert.Equal([0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121], array);
        Assert.True(NpyFile.ReadHeader(path).FortranOrder);
    }

    [Theory]
    [InlineData("()", 1)]
    [InlineData("(0,)", 0)]
    [InlineData("(3, 0, 5)", 0)]
    public void Read_ScalarsAndEmptyArrays_AreArraysToo(string shape, int count)
    {
        // Given
        string path = Save(1, $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}", new byte[4 * count]);

        // When
        NpyArray array = NpyFile.Read(path);

        // Then
        Assert.Equal(count, array.Count);
    }

    [Fact]
    public void Write_GivesTheBytesThatNumpyReads()
    {
        // Given
        string path = _folder["a.npy"];

        // When
        NpyFile.Write<short>(path, [1, -1], 2, 1);

        // Then: magic, version 1.0, 118 bytes of text that end in a line break at a multiple of 64, numbers
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, .. "NUMPY"u8.ToArray(), 1, 0, 118, 0], bytes[..10]);
        Assert.Equal("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 1), }".PadRight(117) + "\n", Encoding.ASCII.GetString(bytes[10..128]));
        Assert.Equal([1, 0, 255, 255], bytes[128..]);
    }

    [Theory]
    [InlineData(new long[0], 1, "()")]
    [InlineData(new long[] { 5 }, 5, "(5,)")]
    [InlineData(new long[] { 0, 5 }, 0, "(0, 5)")]
    public void Write_ShapesOfPythonTuples_AreSpeltAsPythonDoes(long[] shape, int count, string text)
    {
        // Given
        string path = _folder["a.npy"];

        // When
        NpyFile.Write<float>(path, new float[count], shape);

        // Then
        Assert.Contains($"'shape': {text}, }}", Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
        Assert.Equal(shape, NpyFile.Read(path).Shape);
    }

    [Fact]
    public void Write_ThenRead_RandomArraysOfEveryType_ComeBack()
    {
        Gen.Select(Gen.Int[0, 5].Array[0, 4], Gen.ULong.Array[625]).Sample(
            (shape, bits) =>
            {
                // Given
                int count = shape.Aggregate(1, static (a, b) => a * b);
                long[] axes = [.. shape.Select(static n => (long)n)];
                ulong[] part = bits[..count];

                // When, Then
                AssertComesBack(Array.ConvertAll(part, static b => (b & 1) == 1), axes);
                AssertComesBack(Array.ConvertAll(part, static b => (byte)b), axes);
                AssertComesBack(Array.ConvertAll(part, static b => (sbyte)b), axes);
                AssertComesBack(Array.ConvertAll(part, static b => (ushort)b), axes);
                AssertComesBack(Array.ConvertAll(part, static b => (short)b), axes);
                AssertComesBack(Array.ConvertAll(part, static b => (uint)b), axes);
                AssertComesBack(Array.ConvertAll(part, static b => (int)b), axes);
                AssertComesBack(part, axes);
                AssertComesBack(Array.ConvertAll(part, static b => (long)b), axes);
                AssertComesBack(Array.ConvertAll(part, static b => BitConverter.UInt16BitsToHalf((ushort)b)), axes);
                AssertComesBack(Array.ConvertAll(part, static b => BitConverter.UInt32BitsToSingle((uint)b)), axes);
                AssertComesBack(Array.ConvertAll(part, BitConverter.UInt64BitsToDouble), axes);
            },
            seed: "cAEtweXh4fZ2",
            iter: 20,
            threads: 1);
    }

    [Fact]
    public void Write_InParts_GivesTheSameFileAsAtOnce()
    {
        // Given
        float[] all = [1, 2, 3, 4, 5, 6];
        string once = _folder["1.npy"], parts = _folder["2.npy"];

        // When
        NpyFile.Write<float>(once, all, 2, 3);
        NpyFile.Write(parts, [2, 3], new ReadOnlyMemory<float>[] { all.AsMemory(0, 3), all.AsMemory(3) });

        // Then
        Assert.Equal(File.ReadAllBytes(once), File.ReadAllBytes(parts));
    }

    [Fact]
    public void Write_DataThatDoNotFillTheShape_IsRefusedAndLeavesNoFile()
    {
        // Given
        string path = _folder["a.npy"];

        // When, Then
        Assert.Throws<ArgumentException>(() => NpyFile.Write<float>(path, [1, 2], 3));
        Assert.Throws<ArgumentException>(() => NpyFile.Write(path, [3], new ReadOnlyMemory<float>[] { new float[2] }));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void AsSpan_OfAnotherType_IsRefused()
    {
        // Given
        NpyArray array = NpyFile.Read(Save(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", [1]));

        // When, Then
        Assert.Throws<InvalidOperationException>(() => array.AsSpan<sbyte>().Length);
        Assert.Throws<InvalidOperationException>(() => array.AsSpan<bool>().Length);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "not one of plain numbers")]
    [InlineData("{'descr': '<U8', 'fortran_order': False, 'shape': (1,), }", "not one of plain numbers")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "not one of plain numbers")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", "not one of plain numbers")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "records")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", "unknown or stands twice")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "unknown or stands twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "missing")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "True or False")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "axis length")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}", "expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "axis length")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000)}", "too large")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} import os", "follows")]
    [InlineData("__import__('os')", "expected")]
    [InlineData("", "expected")]
    public void Read_AHeaderThatIsNotAsItShould_IsRefused(string text, string what)
    {
        // Given
        string path = Save(1, text, new byte[4]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => NpyFile.Read(path));

        // Then
        Assert.Contains(what, e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(2147483647,)")]
    [InlineData("(4294967296, 1)")]
    [InlineData("(100000, 10000, 1000)")]
    [InlineData("(25000000,)")]
    public void Read_AShapeThatTheFileCannotHold_FailsWithoutALargeAllocation(string shape)
    {
        // Given
        string path = Save(2, $"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}", new byte[100]);

        // When
        long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => NpyFile.Read(path)));

        // Then
        Assert.InRange(allocated, 0, 1 << 20);
        Assert.Throws<FileFormatException>(() => NpyFile.ReadHeader(path));
    }

    [Fact]
    public void Read_TruncatedAtEveryByte_FailsWithOneClearError()
    {
        // Given
        NpyFile.Write<float>(_folder["whole.npy"], [1, 2, 3], 3);
        byte[] whole = File.ReadAllBytes(_folder["whole.npy"]);

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            // When
            string path = _folder["cut.npy"];
            File.WriteAllBytes(path, whole[..length]);

            // Then
            Assert.Throws<FileFormatException>(() => NpyFile.Read(path));
            Assert.Throws<FileFormatException>(() => NpyFile.ReadHeader(path));
            Assert.Throws<FileFormatException>(() => NpyFile.Map<float>(path).Dispose());
        });
    }

    [Fact]
    public void Read_AMissingFile_SaysSo()
    {
        // When, Then
        Assert.Throws<FileFormatException>(() => NpyFile.Read(_folder["no.npy"]));
        Assert.Throws<FileFormatException>(() => NpyFile.Map<float>(_folder["no.npy"]));
        Assert.Throws<FileFormatException>(() => NpzFile.Read(_folder["no.npz"]));
    }

    private void AssertComesBack<T>(T[] numbers, long[] shape)
        where T : unmanaged
    {
        string path = _folder["a.npy"];
        NpyFile.Write<T>(path, numbers, shape);
        NpyArray back = NpyFile.Read(path);
        Assert.Equal(shape, back.Shape);
        Assert.Equal(numbers, back.AsSpan<T>().ToArray());
        using NpyMap<T> map = NpyFile.Map<T>(path);
        T[] mapped = new T[numbers.Length];
        map.Read(0, mapped);
        Assert.Equal(numbers, mapped);
    }

    private string Save(int version, string text, byte[] numbers)
    {
        string path = _folder["given.npy"];
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes((uint)text.Length);
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. Encoding.Latin1.GetBytes(text), .. numbers]);
        return path;
    }
}
