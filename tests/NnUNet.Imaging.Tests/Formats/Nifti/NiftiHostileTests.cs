using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

public sealed class NiftiHostileTests : IDisposable
{
    private const long FewBytes = 32 << 20;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int, int> Files => new()
    {
        { "a.nii", 1, 16 },
        { "a.nii", 2, 2 },
        { "a.nii.gz", 1, 2 },
        { "a.nii.gz", 2, 16 },
    };

    public static TheoryData<string, long[], double> Promises => new()
    {
        { "a.nii", [3, 1000, 1000, 1000, 1, 1, 1, 1], -1 },
        { "a.nii.gz", [3, 1000, 1000, 1000, 1, 1, 1, 1], -1 },
        { "a.nii", [3, 32767, 32767, 32767, 1, 1, 1, 1], -1 },
        { "a.nii.gz", [3, 32767, 32767, 32767, 1, 1, 1, 1], -1 },
        { "a.nii", [4, 100, 100, 100, 32767, 1, 1, 1], -1 },
        { "a.nii.gz", [4, 100, 100, 100, 32767, 1, 1, 1], -1 },
        { "a.nii", [7, 32767, 32767, 32767, 32767, 32767, 32767, 32767], -1 },
        { "a.nii", [3, 2, 3, 4, 1, 1, 1, 1], 1e15 },
        { "a.nii.gz", [3, 2, 3, 4, 1, 1, 1, 1], 1e9 },
        { "a.nii.gz", [3, 2, 3, 4, 1, 1, 1, 1], 2000 },
        { "a.nii", [3, 2, 3, 4, 1, 1, 1, 1], double.NaN },
        { "a.nii", [3, 2, 3, 4, 1, 1, 1, 1], double.PositiveInfinity },
        { "a.nii", [3, -2, 3, 4, 1, 1, 1, 1], -1 },
        { "a.nii", [0, 2, 3, 4, 1, 1, 1, 1], -1 },
        { "a.nii", [8, 2, 3, 4, 1, 1, 1, 1], -1 },
        { "a.nii", [-1, 2, 3, 4, 1, 1, 1, 1], -1 },
        { "a.nii", [1, 24, 1, 1, 1, 1, 1, 1], -1 },
        { "a.nii", [5, 2, 3, 1, 2, 2, 1, 1], -1 },
    };

    public static TheoryData<long[]> Promises2 => new()
    {
        { [3, long.MaxValue, long.MaxValue, long.MaxValue, 1, 1, 1, 1] },
        { [3, 1L << 32, 1L << 32, 1, 1, 1, 1, 1] },
        { [3, 1L << 31, 1, 1, 1, 1, 1, 1] },
        { [4, 1, 1, 1, 1L << 40, 1, 1, 1] },
        { [4, 1, 1, 1, int.MaxValue, 1, 1, 1] },
        { [3, 65536, 65536, 1, 1, 1, 1, 1] },
        { [3, -5, 1, 1, 1, 1, 1, 1] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_TruncatedAtEveryByte_FailsWithOneClearError(string name, int version, int code)
    {
        // Given
        double[] values = [.. Enumerable.Range(0, 24).Select(static i => (double)(i * 7 % 11))];
        byte[] whole = File.ReadAllBytes(new NiftiBytes { Version = version, DataType = code, Voxels = NiftiBytes.Encode(code, false, values) }.Save(_folder[name]));

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            // When
            string path = _folder[$"cut{length}-{name}"];
            File.WriteAllBytes(path, whole[..length]);

            // Then
            Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(path));
            Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path));
        });
    }

    [Fact]
    public void ReadHeader_APlainFileCutWithinItsVoxels_FailsWithoutReadingThem()
    {
        // Given
        string path = _folder["a.nii"];
        File.WriteAllBytes(path, new NiftiBytes().File()[..^1]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(path));

        // Then
        Assert.Equal($"{path}: the header promises 376 bytes, but the file has 375; the file is cut off or damaged; copy it again.", e.Message);
    }

    [Theory]
    [MemberData(nameof(Promises))]
    public void Read_APromiseThatTheFileCannotKeep_FailsWithoutALargeAllocation(string name, long[] dim, double offset)
    {
        // Given
        string path = new NiftiBytes { Dim = dim, VoxelOffset = offset, DataType = 64 }.Save(_folder[name]);

        // When
        long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => ImageFile.ReadChannels(path)));

        // Then
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Theory]
    [MemberData(nameof(Promises2))]
    public void Read_ANifti2PromiseBeyondAllBounds_FailsWithoutALargeAllocation(long[] dim)
    {
        // Given
        string path = new NiftiBytes { Version = 2, Dim = dim }.Save(_folder["a.nii"]);

        // When
        long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => ImageFile.ReadChannels(path)));

        // Then
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Fact]
    public void Read_ACompressedFileWhoseContentIsShorterThanPlausible_AllocatesOnlyForWhatComes()
    {
        // Given: 1 MB of noise could expand to a gigabyte, and the header promises 800 MB
        byte[] noise = new byte[1 << 20];
        new Random(7).NextBytes(noise);
        string path = new NiftiBytes { Dim = [3, 1000, 800, 1000, 1, 1, 1, 1], Voxels = noise }.Save(_folder["a.nii.gz"]);

        // When
        long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(path)));

        // Then
        Assert.InRange(allocated, 0, 3 * FewBytes);
    }

    [Fact]
    public void Read_ADamagedByteInTheCompressedVoxels_IsFoundByTheCheckSum()
    {
        // Given: stored blocks, so that a changed byte still decompresses
        byte[] noise = new byte[24];
        new Random(7).NextBytes(noise);
        string path = new NiftiBytes { Voxels = noise }.Save(_folder["a.nii.gz"]);
        byte[] file = File.ReadAllBytes(path);
        file[^12] ^= 1;
        File.WriteAllBytes(path, file);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(path));

        // Then
        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "does not begin with a NIfTI header")]
    [InlineData("PK\u0003\u0004 this is a zip archive and no image at all", "does not begin with a NIfTI header")]
    public void Read_SomethingElse_SaysSo(string content, string what)
    {
        // Given
        string path = _folder["a.nii"];
        File.WriteAllText(path, content);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(path));

        // Then
        Assert.Contains(what, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnalyzeHeaderWithoutMagic_IsRefused()
    {
        // Given
        byte[] file = new NiftiBytes().File();
        file.AsSpan(344, 4).Clear();
        string path = _folder["a.hdr"];
        File.WriteAllBytes(path, file);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(path));

        // Then
        Assert.Contains("Analyze 7.5", e.What, StringComparison.Ordinal);
    }
}
