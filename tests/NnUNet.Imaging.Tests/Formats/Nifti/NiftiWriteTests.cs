using System.IO.Compression;
using CsCheck;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Nifti;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

public sealed class NiftiWriteTests : IDisposable
{
    private static readonly ImageGeometry Oblique = new()
    {
        ItkSpacing = [0.5, 0.75, 3],
        ItkOrigin = [-12.5, 30.25, 101],
        ItkDirection = [0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.nii")]
    [InlineData("a.nii.gz")]
    [InlineData("A.NII.GZ")]
    public void WriteLabels_ThenRead_GivesTheSameLabelsAndGeometry(string name)
    {
        // Given
        Volume<short> labels = new([0, 1, 2, 3, 4, 255], new Extent(1, 2, 3), Oblique);

        // When
        ImageFile.WriteLabels(_folder[name], labels);
        Volume<short> back = ImageFile.ReadLabels(_folder[name]);

        // Then
        Assert.Equal(labels.Voxels, back.Voxels);
        Assert.Equal("uint8", ImageFile.ReadHeader(_folder[name]).DataType);
        AssertSame(Oblique, back.Geometry, 1e-7);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(-1)]
    [InlineData(short.MaxValue)]
    public void WriteLabels_ALabelBeyondAByte_BecomesInt16(short label)
    {
        // Given
        string path = _folder["a.nii.gz"];

        // When
        ImageFile.WriteLabels(path, new Volume<short>([0, label], new Extent(1, 1, 2)));

        // Then
        Assert.Equal("int16", ImageFile.ReadHeader(path).DataType);
        Assert.Equal([0, label], ImageFile.ReadLabels(path).Voxels);
    }

    [Fact]
    public void WriteVolume_RandomGeometries_ComeBack()
    {
        string path = _folder["a.nii"];
        Gen<double> coordinate = Gen.Double[-500, 500], length = Gen.Double[0.05, 20];
        Gen.Select(Gen.Double[-1, 1].Array[4], coordinate.Array[3], length.Array[3], Gen.Bool)
            .Where(static g => g.Item1.Sum(static q => q * q) > 0.01)
            .Sample(
                g =>
                {
                    // Given
                    ImageGeometry geometry = new()
                    {
                        ItkOrigin = new ValueArray<double>(g.Item2),
                        ItkSpacing = new ValueArray<double>(g.Item3),
                        ItkDirection = Rotation(g.Item1, g.Item4),
                    };

                    // When
                    ImageFile.WriteVolume(path, new Volume<float>(new Extent(1, 2, 2), geometry));
                    ImageHeader back = ImageFile.ReadHeader(path);

                    // Then: a NIfTI-1 file holds single-precision numbers
                    AssertSame(geometry, back.Geometry, 3e-5);
                    Assert.Empty(back.Warnings);
                    AssertQFormEqualsSForm(path);
                },
                seed: "cAEtweXh4fZ2",
                iter: 300,
                threads: 1);
    }

    [Fact]
    public void WriteVolume_ThenWriteWhatWasRead_GivesTheSameBytes()
    {
        // Given
        string first = _folder["1.nii.gz"], second = _folder["2.nii.gz"];
        ImageFile.WriteVolume(first, new Volume<float>([.. Enumerable.Range(0, 60).Select(static i => i / 7f)], new Extent(3, 4, 5), Oblique));

        // When
        ImageFile.WriteVolume(second, ImageFile.ReadVolume(first));

        // Then
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void Write_Compressed_CarriesNeitherTimeNorSystem()
    {
        // Given
        string path = _folder["a.nii.gz"];

        // When
        ImageFile.WriteLabels(path, new Volume<short>(new Extent(2, 2, 2)));

        // Then: magic, deflate, no flags, time 0, any level, system unknown
        byte[] head = File.ReadAllBytes(path)[..10];
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], head[..8]);
        Assert.Equal(255, head[9]);
    }

    [Fact]
    public void WriteLabels_WithTheGeometryOfAShearedImage_IsReadBackAtTheSamePlace()
    {
        // Given
        NiftiBytes sheared = new() { SFormCode = 1, PixDim = [1, 2, 1, 3, 1, 1, 1, 1], SRows = [2, 0.2, 0, 7, 0, 1, 0.3, 8, 0, 0, 3, 9] };
        ImageHeader image = ImageFile.ReadHeader(sheared.Save(_folder["image.nii"]));
        string path = _folder["labels.nii.gz"];

        // When
        ImageFile.WriteLabels(path, new Volume<short>(image.Extent, image.Geometry));
        ImageHeader labels = ImageFile.ReadHeader(path);

        // Then
        Assert.Single(image.Warnings, static w => w.Contains("sheared", StringComparison.Ordinal));
        Assert.Empty(labels.Warnings);
        AssertSame(image.Geometry, labels.Geometry, 1e-7);
    }

    [Fact]
    public void WriteVolume_OfTwoAxes_StaysOfTwoAxes()
    {
        // Given
        ImageGeometry flat = new()
        {
            Dimensions = 2,
            ItkSpacing = [0.5, 0.25, 1],
            ItkOrigin = [3, 4, 0],
            ItkDirection = [0, 1, 0, -1, 0, 0, 0, 0, 1],
        };
        string path = _folder["a.nii.gz"];

        // When
        ImageFile.WriteVolume(path, new Volume<float>([1, 2, 3, 4, 5, 6], new Extent(1, 2, 3), flat));
        Volume<float> back = ImageFile.ReadVolume(path);

        // Then
        Assert.Equal([1f, 2, 3, 4, 5, 6], back.Voxels);
        Assert.Equal(flat, back.Geometry);
    }

    [Fact]
    public void WriteLabels_AnAxisLongerThanAShort_BecomesNifti2()
    {
        // Given
        string path = _folder["a.nii.gz"];
        Volume<short> labels = new(new Extent(1, 1, 40000), Oblique);
        labels.Voxels[39999] = 7;

        // When
        ImageFile.WriteLabels(path, labels);
        Volume<short> back = ImageFile.ReadLabels(path);

        // Then
        using GZipStream gzip = new(File.OpenRead(path), CompressionMode.Decompress);
        Assert.Equal(540 % 256, gzip.ReadByte());
        Assert.Equal(labels.Voxels, back.Voxels);
        AssertSame(Oblique, back.Geometry, 1e-14);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Write_AGeometryThatIsNone_IsRefused(double spacing)
    {
        // Given
        Volume<short> labels = new(new Extent(1, 1, 1), Oblique with { ItkSpacing = [1, 1, spacing] });

        // When, Then
        Assert.Throws<FileFormatException>(() => ImageFile.WriteLabels(_folder["a.nii"], labels));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(40_000)] // NIfTI-2
    public void Write_APairOfFiles_KeepsVoxelsAndGeometry(int length)
    {
        // Given
        Volume<float> image = new([.. Enumerable.Range(0, length).Select(static i => i / 4f)], new Extent(1, 1, length), Oblique);

        // When
        ImageFile.WriteVolume(_folder["a.hdr"], image);
        Volume<float> read = ImageFile.ReadVolume(_folder["a.hdr"]);

        // Then
        Assert.Equal(image.Voxels, read.Voxels);
        Assert.Equal(length * sizeof(float), new FileInfo(_folder["a.img"]).Length);
        AssertSame(Oblique, read.Geometry, 1e-6);
    }

    private static void AssertSame(ImageGeometry expected, ImageGeometry actual, double tolerance)
    {
        Golden.AssertClose("origin", expected.ItkOrigin.AsSpan(), actual.ItkOrigin.AsSpan(), tolerance * 10);
        Golden.AssertClose("spacing", expected.ItkSpacing.AsSpan(), actual.ItkSpacing.AsSpan(), tolerance);
        Golden.AssertClose("direction", expected.ItkDirection.AsSpan(), actual.ItkDirection.AsSpan(), tolerance);
    }

    private static void AssertQFormEqualsSForm(string path)
    {
        NiftiHeader header = NiftiHeader.Parse(path, File.ReadAllBytes(path).AsSpan(0, NiftiHeader.Size1));
        double[] rows = header.SRows;

        // The quaternion's first part is sqrt(1 - b2 - c2 - d2) of single-precision numbers: 2.4e-4 of the spacing (20 at most) near half turns.
        Matrix3 qform = NiftiOrientation.QForm(header);
        Golden.AssertClose("qform", [rows[0], rows[1], rows[2], rows[4], rows[5], rows[6], rows[8], rows[9], rows[10]], qform.ToArray(), 2 * 2.4e-4 * 20);
        Assert.Equal([rows[3], rows[7], rows[11]], header.QOffset);
    }

    /// <summary>The rotation of a quaternion (a, b, c, d) of any length; mirrored along z where asked.</summary>
    private static ValueArray<double> Rotation(double[] q, bool mirrored)
    {
        double n = Math.Sqrt(q.Sum(static v => v * v)), a = q[0] / n, b = q[1] / n, c = q[2] / n, d = q[3] / n, z = mirrored ? -1 : 1;
        return
        [
            (a * a) + (b * b) - (c * c) - (d * d), 2 * ((b * c) - (a * d)), 2 * ((b * d) + (a * c)) * z,
            2 * ((b * c) + (a * d)), (a * a) + (c * c) - (b * b) - (d * d), 2 * ((c * d) - (a * b)) * z,
            2 * ((b * d) - (a * c)), 2 * ((c * d) + (a * b)), ((a * a) + (d * d) - (b * b) - (c * c)) * z,
        ];
    }
}
