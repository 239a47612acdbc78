using System.Text;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Safetensors;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int, string> BrokenHeaders => new()
    {
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "ends at byte 8 of the data, but there are 4" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "the tensors end at byte 8 of the data, but there are 12" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "a gap or an overlap" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "a gap or an overlap" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "a gap or an overlap" },
        { """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "needs 8 bytes" },
        { """{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", 8, "too large" },
        { """{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,9223372036854775807],"data_offsets":[0,8]}}""", 8, "too large" },
        { """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "no whole number" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "no whole number" },
        { """{"a":{"dtype":"F32","shape":[18446744073709551618],"data_offsets":[0,8]}}""", 8, "no whole number" },
        { """{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "no number" },
        { """{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8, "which is not known" },
        { """{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8, "is expected" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "no dtype, shape or pair" },
        { """{"a":{"dtype":"F32","shape":[2]}}""", 8, "no dtype, shape or pair" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", 8, "unknown or stands twice" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown or stands twice" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "stands twice" },
        { """{"__metadata__":{"a":1}}""", 0, "is expected" },
        { """{"__metadata__":{"a":"1","a":"2"}}""", 0, "stands twice" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""", 8, "no valid JSON" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "no valid JSON" },
        { """{"a":[[[[[[[[[[[[]]]]]]]]]]]]}""", 8, "is expected" },
        { """ {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "does not begin with" },
        { "[]", 0, "does not begin with" },
        { "", 0, "does not begin with" },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenOpen_GivesTensorsAndMetadata()
    {
        // Given
        string path = _folder["a.safetensors"];
        float[] weights = [1, -2, 3.5f, float.NaN, 5, 6];

        // When
        SafetensorsFile.Write(
            path,
            [SafetensorsItem.From<byte>("flags", (byte[])[1, 2, 3], 3), SafetensorsItem.From<float>("conv.weight", weights, 2, 3), SafetensorsItem.From<long>("step", (long[])[42])],
            new Dictionary<string, string> { ["trainer"] = "nnUNetTrainerV2", ["format"] = "pt" });
        using SafetensorsFile file = SafetensorsFile.Open(path);

        // Then: wider numbers first, so that all are aligned
        Assert.Equal(["step", "conv.weight", "flags"], file.Entries.Select(static e => e.Name));
        Assert.Equal(("F32", 24, 6), (file.Entry("conv.weight").DType, file.Entry("conv.weight").ByteCount, file.Entry("conv.weight").Count));
        Assert.Equal<ValueArray<long>>([2, 3], file.Entry("conv.weight").Shape);
        Assert.Equal(weights, file.ReadFloat32("conv.weight"));
        Assert.Equal("nnUNetTrainerV2", file.Metadata["trainer"]);
        Assert.True(file.Contains("flags"));
        Assert.False(file.Contains("nothing"));
        Assert.All(file.Entries, static e => Assert.Equal(0, e.ByteOffset % Math.Min(8, e.ByteCount / e.Count)));
    }

    [Fact]
    public void Write_GivesTheBytesOfTheFormat()
    {
        // Given
        string path = _folder["a.safetensors"];

        // When
        SafetensorsFile.Write(path, [SafetensorsItem.From<short>("a+b", (short[])[1, -1], 2)], new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

        // Then
        string json = """{"__metadata__":{"a":"1","b":"2"},"a+b":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}""".PadRight(96);
        Assert.Equal([96, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(json), 1, 0, 255, 255], File.ReadAllBytes(path));
    }

    [Fact]
    public void ReadFloat32_WiderAndNarrowerFloats_AreConverted()
    {
        // Given
        string path = _folder["a.safetensors"];
        SafetensorsFile.Write(path,
        [
            SafetensorsItem.From<double>("f64", (double[])[1.5, -2], 2),
            SafetensorsItem.From<Half>("f16", (Half[])[(Half)1.5f, (Half)(-2)], 2),
            new SafetensorsItem("bf16", "BF16", [2], (byte[])[0xc0, 0x3f, 0x00, 0xc0]),
            SafetensorsItem.From<int>("i32", (int[])[1, 2], 2),
        ]);
        using SafetensorsFile file = SafetensorsFile.Open(path);

        // When
        float[][] read = [file.ReadFloat32("f64"), file.ReadFloat32("f16"), file.ReadFloat32("bf16")];

        // Then
        Assert.All(read, static r => Assert.Equal([1.5f, -2], r));
        Assert.Contains("not of floating-point numbers", Assert.Throws<FileFormatException>(() => file.ReadFloat32("i32")).What, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFloat32_IntoMemoryThatIsThere_GivesTheSame_AndRefusesAnotherLength()
    {
        // Given
        string path = _folder["a.safetensors"];
        SafetensorsFile.Write(path, [SafetensorsItem.From<float>("f32", (float[])[1, float.NaN, -3], 3), SafetensorsItem.From<Half>("f16", (Half[])[(Half)1.5f, (Half)(-2)], 2)]);
        using SafetensorsFile file = SafetensorsFile.Open(path);

        // When
        float[] single = new float[3], half = new float[2];
        file.ReadFloat32("f32", single);
        file.ReadFloat32("f16", half);

        // Then
        Assert.Equal(file.ReadFloat32("f32"), single);
        Assert.Equal(file.ReadFloat32("f16"), half);
        Assert.Throws<ArgumentException>(() => file.ReadFloat32("f32", new float[4]));
    }

    [Fact]
    public void Read_AnEmptyTensorAndANumberWithoutAxes_AreRead()
    {
        // Given
        string path = _folder["a.safetensors"];
        SafetensorsFile.Write(path, [SafetensorsItem.From<float>("empty", ReadOnlyMemory<float>.Empty, 3, 0), SafetensorsItem.From<float>("one", (float[])[7])]);
        using SafetensorsFile file = SafetensorsFile.Open(path);

        // When, Then
        Assert.Empty(file.ReadFloat32("empty"));
        Assert.Equal([7f], file.ReadFloat32("one"));
    }

    [Fact]
    public void Read_APartOrAWrongLength_GivesThePartOrRefuses()
    {
        // Given
        string path = _folder["a.safetensors"];
        SafetensorsFile.Write(path, [SafetensorsItem.From<byte>("a", (byte[])[1, 2, 3, 4], 4)]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        byte[] two = new byte[2];

        // When
        file.Read(file.Entry("a"), 1, two);

        // Then
        Assert.Equal([2, 3], two);
        Assert.Throws<ArgumentException>(() => file.Read("a", two));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Entry("a"), 3, two));
        Assert.Contains("no tensor \"b\"", Assert.Throws<FileFormatException>(() => file.Read("b", two)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TensorsThatDoNotFillTheirShapeOrShareAName_AreRefusedAndLeaveTheOldFile()
    {
        // Given
        string path = _folder["a.safetensors"];
        SafetensorsItem good = SafetensorsItem.From<float>("a", (float[])[1], 1);
        SafetensorsFile.Write(path, [good]);
        byte[] before = File.ReadAllBytes(path);

        // When, Then
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [good, good]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [new SafetensorsItem("b", "F32", [2], static s => s.WriteByte(1))]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [SafetensorsItem.From<float>("__metadata__", (float[])[1], 1)]));
        Assert.Throws<ArgumentException>(() => SafetensorsItem.From<float>("b", (float[])[1], 2));
        Assert.Throws<ArgumentException>(() => new SafetensorsItem("b", "F32", [1], new byte[3]));
        Assert.Throws<ArgumentException>(() => new SafetensorsItem("b", "F99", [1], new byte[4]));
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Theory]
    [MemberData(nameof(BrokenHeaders))]
    public void Open_AHeaderThatBreaksARule_IsRefused(string json, int dataBytes, string what)
    {
        // Given
        string path = _folder["a.safetensors"];
        byte[] text = Encoding.UTF8.GetBytes(json);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. new byte[dataBytes]]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => SafetensorsFile.Open(path));

        // Then
        Assert.Contains(what, e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001)]
    [InlineData(99_999_999)]
    [InlineData(1UL << 63)]
    public void Open_AHeaderLengthBeyondTheFile_FailsWithoutALargeAllocation(ulong length)
    {
        // Given
        string path = _folder["a.safetensors"];
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), .. "{}"u8]);

        // When
        long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => SafetensorsFile.Open(path)));

        // Then
        Assert.InRange(allocated, 0, 1 << 20);
    }

    [Fact]
    public void Open_TruncatedAtEveryByte_FailsWithOneClearError()
    {
        // Given
        SafetensorsFile.Write(_folder["whole"], [SafetensorsItem.From<float>("a", (float[])[1, 2], 2), SafetensorsItem.From<byte>("b", (byte[])[3], 1)]);
        byte[] whole = File.ReadAllBytes(_folder["whole"]);

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            // When
            string path = _folder["cut"];
            File.WriteAllBytes(path, whole[..length]);

            // Then
            Assert.Throws<FileFormatException>(() => SafetensorsFile.Open(path));
        });
    }

    [Fact]
    public void Open_AMissingFile_SaysSo()
    {
        Assert.Contains("cannot be opened", Assert.Throws<FileFormatException>(() => SafetensorsFile.Open(_folder["no"])).What, StringComparison.Ordinal);
    }
}
