using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Tests.Formats.Nifti;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nrrd;

public sealed class NrrdReadTests : IDisposable
{
    private const string Lps = "space: left-posterior-superior\nspace directions: (1,0,0) (0,2,0) (0,0,3)\nspace origin: (4,5,6)\n";

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every name of a type that the format defines, with NIfTI's code of its encoding in the tests.</summary>
    public static TheoryData<string, int, string> Types
    {
        get
        {
            TheoryData<string, int, string> types = [];
            void Add(int code, string numpy, params string[] names)
            {
                foreach (string name in names) types.Add(name, code, numpy);
            }

            Add(256, "int8", "signed char", "int8", "int8_t");
            Add(2, "uint8", "uchar", "unsigned char", "uint8", "uint8_t");
            Add(4, "int16", "short", "short int", "signed short", "signed short int", "int16", "int16_t");
            Add(512, "uint16", "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t");
            Add(8, "int32", "int", "signed int", "int32", "int32_t");
            Add(768, "uint32", "uint", "unsigned int", "uint32", "uint32_t");
            Add(1024, "int64", "longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t");
            Add(1280, "uint64", "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t");
            Add(16, "float32", "float");
            Add(64, "float64", "double");
            return types;
        }
    }

    public static TheoryData<string, double[], double[]> Spaces => new()
    {
        { "space: left-posterior-superior", [4, 5, 6], [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "space: LPS", [4, 5, 6], [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "space: right-anterior-superior", [-4, -5, 6], [-1, 0, 0, 0, -1, 0, 0, 0, 1] },
        { "space: RAS", [-4, -5, 6], [-1, 0, 0, 0, -1, 0, 0, 0, 1] },
        { "space: left-anterior-superior", [-4, 5, 6], [-1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "space: LAS", [-4, 5, 6], [-1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "space: scanner-xyz", [4, 5, 6], [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "space: 3D-right-handed", [4, 5, 6], [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "space dimension: 3", [4, 5, 6], [1, 0, 0, 0, 1, 0, 0, 0, 1] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Read_EveryTypeInBothByteOrdersAndAsText_GivesItsNumbers(string type, int code, string numpy)
    {
        // Given
        double[] values = [.. Enumerable.Range(0, 24).Select(static i => (double)(i * 5))];
        NrrdText little = new() { Type = type, Voxels = NiftiBytes.Encode(code, false, values) };
        NrrdText big = little with { Endian = "big", Voxels = NiftiBytes.Encode(code, true, values) };
        NrrdText text = little with { Endian = null, Encoding = "text", Voxels = Encoding.ASCII.GetBytes(string.Join(' ', values)) };
        NrrdText hex = big with { Encoding = "hex", Voxels = Encoding.ASCII.GetBytes(Convert.ToHexString(big.Voxels)) };
        NrrdText gzip = little with { Encoding = "gz", Voxels = NiftiBytes.Gzip(little.Voxels) };

        Assert.All((NrrdText[])[little, big, text, hex, gzip], file =>
        {
            // When
            string path = file.Save(_folder["a.nrrd"]);

            // Then
            Assert.Equal(values, ImageFile.ReadVolume(path).Voxels.Select(static v => (double)v));
            Assert.Equal(values, ImageFile.ReadLabels(path).Voxels.Select(static v => (double)v));
            Assert.Equal(numpy, ImageFile.ReadHeader(path).DataType);
        });
    }

    [Theory]
    [MemberData(nameof(Spaces))]
    public void Read_ASpace_GivesTheGeometryInLps(string space, double[] origin, double[] direction)
    {
        // Given
        string path = new NrrdText { More = Lps.Replace("space: left-posterior-superior", space, StringComparison.Ordinal) }.Save(_folder["a.nrrd"]);

        // When
        ImageHeader header = ImageFile.ReadHeader(path);

        // Then: ITK takes what it does not know as LPS, and turns LAS the other way round, in silence; here both are told
        Assert.Equal(new Extent(4, 3, 2), header.Extent);
        Assert.Equal([1, 2, 3], header.Geometry.ItkSpacing);
        Assert.Equal(origin, header.Geometry.ItkOrigin);
        Assert.Equal(direction, header.Geometry.ItkDirection);
        Assert.Equal(space.Contains("xyz", StringComparison.Ordinal) || space.Contains('3', StringComparison.Ordinal) || (origin[0] < 0 && origin[1] > 0), header.Warnings.Count > 0);
    }

    [Fact]
    public void Read_ObliqueAxes_AreTheColumnsOfTheDirection()
    {
        // Given
        string path = new NrrdText { More = "space: LPS\nspace directions: (0,0.6,0.8) (0,-1.6,1.2) (3,0,0)\n" }.Save(_folder["a.nrrd"]);

        // When
        ImageGeometry geometry = ImageFile.ReadHeader(path).Geometry;

        // Then
        double[] expected = [0, 0, 1, 0.6, -0.8, 0, 0.8, 0.6, 0];
        Assert.All(expected.Zip(geometry.ItkDirection), static d => Assert.Equal(d.First, d.Second, 1e-12));
        Assert.All(((double[])[1, 2, 3]).Zip(geometry.ItkSpacing), static d => Assert.Equal(d.First, d.Second, 1e-12));
    }

    [Theory]
    [InlineData("spacings: 0.5 NaN 2\n", new double[] { 0.5, 1, 2 }, new double[] { 0, 0, 0 })]
    [InlineData("spacings: 0.5 1 2\naxis mins: 10 20 30\n", new double[] { 0.5, 1, 2 }, new double[] { 10.25, 20.5, 31 })]
    [InlineData("spacings: 0.5 1 2\naxis mins: 10 20 30\ncenters: node node cell\n", new double[] { 0.5, 1, 2 }, new double[] { 10, 20, 31 })]
    [InlineData("", new double[] { 1, 1, 1 }, new double[] { 0, 0, 0 })]
    public void Read_WithoutASpace_TakesSpacingsAndBounds(string more, double[] spacing, double[] origin)
    {
        // When
        ImageHeader header = ImageFile.ReadHeader(new NrrdText { More = more }.Save(_folder["a.nrrd"]));

        // Then
        Assert.Equal(spacing, header.Geometry.ItkSpacing);
        Assert.Equal(origin, header.Geometry.ItkOrigin);
    }

    [Theory]
    [InlineData("3 2 2 2", "vector domain domain domain", "none (1,0,0) (0,1,0) (0,0,1)", 1)]
    [InlineData("2 3 2 2", "domain list domain domain", "(1,0,0) none (0,1,0) (0,0,1)", 2)]
    [InlineData("2 2 2 3", "domain domain domain list", "(1,0,0) (0,1,0) (0,0,1) none", 8)]
    [InlineData("3 2 2 2", "RGB-color space space space", "(NaN,NaN,NaN) (1,0,0) (0,1,0) (0,0,1)", 1)]
    [InlineData("2 2 2 3", null, "(1,0,0) (0,1,0) (0,0,1) none", 8)]
    public void Read_AnAxisOfChannels_WhereverItIs_GivesOneVolumeAChannel(string sizes, string? kinds, string directions, int inner)
    {
        // Given: the voxel i of channel c has the value 10 c + i
        int[] values = [.. Enumerable.Range(0, 24).Select(n => (10 * (n / inner % 3)) + (n % inner) + (inner * (n / (3 * inner))))];
        string path = new NrrdText
        {
            Sizes = sizes,
            More = $"space: LPS\n{(kinds is null ? "" : $"kinds: {kinds}\n")}space directions: {directions}\n",
            Voxels = [.. values.Select(static v => (byte)v)],
        }.Save(_folder["a.nrrd"]);

        // When
        IReadOnlyList<Volume<float>> channels = ImageFile.ReadChannels(path);

        // Then
        Assert.Equal(3, ImageFile.ReadHeader(path).Channels);
        for (int c = 0; c < 3; c++) Assert.Equal(Enumerable.Range(0, 8).Select(i => (float)((10 * c) + i)), channels[c].Voxels);
    }

    [Fact]
    public void Read_TwoAxes_IsOneSlice()
    {
        // Given
        string path = new NrrdText { Sizes = "6 4", More = "space dimension: 2\nspace directions: (0,0.5) (-0.25,0)\nspace origin: (7,8)\n" }.Save(_folder["a.nrrd"]);

        // When
        ImageHeader header = ImageFile.ReadHeader(path);

        // Then
        Assert.Equal(new Extent(1, 4, 6), header.Extent);
        Assert.Equal(2, header.Geometry.Dimensions);
        Assert.Equal([0.5, 0.25, 1], header.Geometry.ItkSpacing);
        Assert.Equal([7, 8, 0], header.Geometry.ItkOrigin);
        Assert.Equal([0, -1, 0, 1, 0, 0, 0, 0, 1], header.Geometry.ItkDirection);
    }

    [Fact]
    public void Read_APictureOfThreeColours_HasThreeChannels()
    {
        string path = new NrrdText { Sizes = "3 4 2", More = "kinds: RGB-color domain domain\nspacings: NaN 0.5 0.5\n" }.Save(_folder["a.nrrd"]);

        IReadOnlyList<Volume<float>> channels = ImageFile.ReadChannels(path);

        Assert.Equal(3, channels.Count);
        Assert.Equal(new Extent(1, 2, 4), channels[0].Extent);
        Assert.Equal([1, 4, 7, 10, 13, 16, 19, 22], channels[1].Voxels);
    }

    [Theory]
    [InlineData("line skip: 2\n", "one\ntwo\n", "")]
    [InlineData("byte skip: 5\n", "12345", "")]
    [InlineData("line skip: 1\nbyte skip: 3\n", "one\n123", "")]
    [InlineData("byte skip: -1\n", "whatever there is", "")]
    [InlineData("byte skip: -4\n", "whatever there is", "end")]
    public void Read_SkippedLinesAndBytes(string more, string before, string behind)
    {
        // Given
        NrrdText file = new();
        string path = (file with { More = more, Voxels = [.. Encoding.ASCII.GetBytes(before), .. file.Voxels, .. Encoding.ASCII.GetBytes(behind)] }).Save(_folder["a.nrrd"]);

        // Then
        Assert.Equal(file.Voxels.Select(static v => (float)v), ImageFile.ReadVolume(path).Voxels);
    }

    [Fact]
    public void Read_BytesSkippedInCompressedContent_AreThoseThatComeOut()
    {
        NrrdText file = new();
        string path = (file with { Encoding = "gzip", More = "byte skip: 3\n", Voxels = NiftiBytes.Gzip([7, 7, 7, .. file.Voxels]) }).Save(_folder["a.nrrd"]);

        Assert.Equal(file.Voxels.Select(static v => (float)v), ImageFile.ReadVolume(path).Voxels);
    }

    [Theory]
    [InlineData("data file: parts/all.raw\n", "parts/all.raw")]
    [InlineData("datafile: ./all.raw\n", "all.raw")]
    [InlineData("data file: slice%03d.raw 0 6 2\n", "slice000.raw", "slice002.raw", "slice004.raw", "slice006.raw")]
    [InlineData("data file: slice%d.raw 4 1 -1\n", "slice4.raw", "slice3.raw", "slice2.raw", "slice1.raw")]
    [InlineData("data file: LIST\none.raw\ntwo two.raw\nthree.raw\nfour.raw\n", "one.raw", "two two.raw", "three.raw", "four.raw")]
    [InlineData("data file: LIST 3\none.raw\ntwo.raw", "one.raw", "two.raw")]
    public void Read_VoxelsInOtherFiles(string line, params string[] files)
    {
        // Given
        NrrdText file = new();
        Directory.CreateDirectory(_folder["parts"]);
        int part = 24 / files.Length;
        for (int i = 0; i < files.Length; i++) File.WriteAllBytes(_folder[files[i]], file.Voxels[(i * part)..((i + 1) * part)]);
        File.WriteAllText(_folder["a.nhdr"], (file with { More = line }).Header());

        // Then
        ImageLocation location = ImageLocation.Of(_folder["a.nhdr"])!;
        Assert.Equal(file.Voxels.Select(static v => (float)v), ImageFile.ReadVolume(location.Path).Voxels);
        Assert.Equal([location.Path, .. files.Select(f => _folder[f])], location.Files);
        Assert.Empty(location.MissingFiles);

        File.Delete(_folder[files[^1]]);
        Assert.Equal([_folder[files[^1]]], location.MissingFiles);
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(location.Path));
        Assert.Equal($"the voxels should lie in {files[^1]}, which is missing", e.What);
        Assert.Equal(new Extent(4, 3, 2), ImageFile.ReadHeader(location.Path).Extent);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../a.raw")]
    [InlineData("parts/../../a.raw")]
    [InlineData("a.nhdr")]
    [InlineData(".")]
    public void Read_AFileOutsideTheHeadersFolder_IsRefused(string name)
    {
        // Given
        File.WriteAllText(_folder["a.nhdr"], new NrrdText { More = $"data file: {name}\n" }.Header());

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(_folder["a.nhdr"]));

        // Then
        Assert.Equal($"the voxels are said to lie in \"{name}\", but only files in the header's folder and below it are read", e.What);
        Assert.Equal([_folder["a.nhdr"]], ImageLocation.Of(_folder["a.nhdr"])!.Files);
    }

    [Fact]
    public void Read_LinesThatEndAsOnWindows_AndFieldsInAnyCase()
    {
        // Given
        NrrdText file = new() { More = Lps };
        byte[] header = Encoding.ASCII.GetBytes(file.Header().Replace("space origin", "Space Origin", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n");
        File.WriteAllBytes(_folder["a.nrrd"], [.. header, .. file.Voxels]);

        // Then
        Assert.Equal([4, 5, 6], ImageFile.ReadHeader(_folder["a.nrrd"]).Geometry.ItkOrigin);
        Assert.Equal(23, ImageFile.ReadVolume(_folder["a.nrrd"]).Voxels[23]);
    }

    [Fact]
    public void Read_IntegersBeyondFloatPrecision_AreLabelsExactlyOrRefused()
    {
        // Given
        byte[] voxels = [.. Enumerable.Range(0, 23).SelectMany(static _ => BitConverter.GetBytes(0L)), .. BitConverter.GetBytes((1L << 53) + 1)];
        string path = new NrrdText { Type = "int64", Voxels = voxels }.Save(_folder["a.nrrd"]);

        // Then
        Assert.Equal((float)((1L << 53) + 1), ImageFile.ReadVolume(path).Voxels[23]);
        Assert.Contains("labels are integers", Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnNrrdFileOfAnotherEnding_IsRecognised()
    {
        string path = new NrrdText().Save(_folder["a.nii"]);

        Assert.Equal(23, ImageFile.ReadVolume(path).Voxels[23]);
    }

    [Theory]
    [InlineData("a.nrrd", false)]
    [InlineData(null, true)]
    public void Read_FromAStream_IsWhatTheFileIs(string? name, bool oneWay)
    {
        using MemoryStream stream = new(new NrrdText { More = Lps }.File());

        Volume<float> read = ImageFile.ReadVolume(oneWay ? new OneWay(stream) : stream, name);

        Assert.Equal(23, read.Voxels[23]);
        Assert.Equal([4, 5, 6], read.Geometry.ItkOrigin);
    }

    [Fact]
    public void Read_AHeaderFromAStream_WhoseVoxelsLieElsewhere_IsRefused()
    {
        using MemoryStream stream = new(Encoding.ASCII.GetBytes(new NrrdText { More = "data file: a.raw\n" }.Header()));

        Assert.Equal("this is a header whose voxels lie in another file", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(stream, "a.nhdr")).What);
    }
}
