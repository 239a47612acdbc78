using System.IO.Compression;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

public sealed class DicomZipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DicomZipTests()
    {
        Directory.CreateDirectory(_folder["series/deep/er"]);
        new SyntheticSeries(_folder["series/deep/er"]).Slices(5);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Read_AnArchiveOfASeries_IsTheSeries(CompressionLevel level)
    {
        // Given
        ZipFile.CreateFromDirectory(_folder["series"], _folder["case.zip"], level, includeBaseDirectory: false);
        Add(_folder["case.zip"], "__MACOSX/._IM01", "shadow"u8.ToArray());
        Add(_folder["case.zip"], "DICOMDIR", File.ReadAllBytes(_folder["series/deep/er/IM01"]));
        Add(_folder["case.zip"], "readme.txt", "not a slice"u8.ToArray());

        // When
        Volume<float> read = ImageFile.ReadVolume(_folder["case.zip"]);

        // Then
        Volume<float> expected = ImageFile.ReadVolume(_folder["series/deep/er"]);
        Assert.Equal(expected.Voxels, read.Voxels);
        Assert.Equal(expected.Geometry, read.Geometry);
        ImageLocation location = Assert.Single(ImageLocation.In(_folder.Root));
        Assert.Equal(("case", true, false), (location.Name, location.IsSeries, location.IsFolder));
    }

    [Fact]
    public void Read_ManyFrames_InAnyOrder_IsAsFromTheFile()
    {
        // Given: frames that lie from the last to the first, so that they are read against the order of the file
        EnhancedFile.Write(_folder["e.dcm"], frames: 6, reversed: true);
        Add(_folder["case.zip"], "e.dcm", File.ReadAllBytes(_folder["e.dcm"]));

        // When
        Volume<float> read = ImageFile.ReadVolume(_folder["case.zip"]);

        // Then
        Assert.Equal(ImageFile.ReadVolume(_folder["e.dcm"]).Voxels, read.Voxels);
        Assert.Equal(EnhancedFile.Value(frame: 5, 0), read.Voxels[0]);
    }

    [Fact]
    public void Read_SeveralSeries_NamesThemAndWhatToDo()
    {
        // Given
        new SyntheticSeries(_folder["series"]).Slices(2, static d => d.AddText(DicomTag.SeriesInstanceUID, "1.2.3.9").AddNumbers(DicomTag.SeriesNumber, 9).AddText(DicomTag.SeriesDescription, "Abdomen"));
        ZipFile.CreateFromDirectory(_folder["series"], _folder["case.zip"]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder["case.zip"]));
        (IReadOnlyList<FoundSeries> series, IReadOnlyList<string> unreadable) = DicomSurvey.Of(_folder["case.zip"]);
        IReadOnlyList<string> names = DicomSurvey.Sort(_folder["case.zip"], series, _folder["out"]);

        // Then
        Assert.StartsWith("the archive has 2 series: \"Thorax\" (CT, 5 files", e.What, StringComparison.Ordinal);
        Assert.Contains("nnunet dicom sort ZIP -o OUT", e.Remedy, StringComparison.Ordinal);
        Assert.Empty(unreadable);
        Assert.Equal([null, null], series.Select(static s => s.Place));
        Assert.Equal(["P1_3_Thorax", "P1_9_Abdomen"], names);
        Assert.Equal(ImageFile.ReadVolume(_folder["series/deep/er"]).Voxels, ImageFile.ReadVolume(_folder["out/P1_3_Thorax"]).Voxels);
    }

    [Fact]
    public void Of_AnArchiveOfOneSeries_CanBeGivenItself()
    {
        ZipFile.CreateFromDirectory(_folder["series"], _folder["case.zip"]);

        Assert.Equal(_folder["case.zip"], Assert.Single(DicomSurvey.Of(_folder["case.zip"]).Series).Place);
    }

    [Fact]
    public void In_OtherArchives_AreNoImages()
    {
        Add(_folder["model.zip"], "plans.json", "{}"u8.ToArray());

        Assert.Empty(ImageLocation.In(_folder.Root));
        Assert.Contains("there is no image among the DICOM files", Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder["model.zip"])).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../IM01")]
    [InlineData("a/../../IM01")]
    [InlineData("/etc/IM01")]
    [InlineData("a\\..\\IM01")]
    public void Read_NamesThatLeadOut_AreRefused(string name)
    {
        Add(_folder["case.zip"], name, File.ReadAllBytes(_folder["series/deep/er/IM01"]));

        Assert.Contains("leads out of the archive", Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder["case.zip"])).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ABomb_IsRefusedBeforeItIsUnpacked()
    {
        // Given: 256 MB of zeros in some hundred kilobytes
        using (ZipArchive zip = ZipFile.Open(_folder["case.zip"], ZipArchiveMode.Create))
        {
            using Stream stream = zip.CreateEntry("zeros", CompressionLevel.SmallestSize).Open();
            for (int i = 0; i < 256; i++) stream.Write(new byte[1 << 20]);
        }

        // When
        FileFormatException? e = null;
        long allocated = Allocations.Of(() => e = Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder["case.zip"])));

        // Then
        Assert.Contains("promises 268435456 unpacked ones, more than 100 times as many", e!.What, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 4 << 20);
    }

    [Fact]
    public void Read_EntriesThatAreDamaged_AreRefused()
    {
        // Given: a byte of the first slice's pixels is another one than its check sum says
        ZipFile.CreateFromDirectory(_folder["series"], _folder["case.zip"], CompressionLevel.NoCompression, includeBaseDirectory: false);
        byte[] bytes = File.ReadAllBytes(_folder["case.zip"]);
        byte[] pixels = SyntheticSeries.Pixels(0);
        bytes[bytes.AsSpan().IndexOf(pixels) + 3] ^= 1;
        File.WriteAllBytes(_folder["case.zip"], bytes);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(_folder["case.zip"]));

        // Then
        Assert.Contains("check sum", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutAnywhere_FailsInWords_AndAllocatesLittle()
    {
        // Given
        ZipFile.CreateFromDirectory(_folder["series"], _folder["whole.zip"]);
        byte[] whole = File.ReadAllBytes(_folder["whole.zip"]);
        for (int length = 0; length < whole.Length; length += 13)
        {
            File.WriteAllBytes(_folder["cut.zip"], whole[..length]);

            // When
            Exception? e = null;
            long allocated = Allocations.Of(() => e = Record.Exception(() => ImageFile.ReadVolume(_folder["cut.zip"])));

            // Then
            Assert.True(e is FileFormatException, $"{length} bytes: {e}");
            Assert.InRange(allocated, 0, 4 << 20);
        }
    }

    [Fact]
    public void Read_EachByteChanged_ReadsOrFailsInWords()
    {
        // Given
        Directory.CreateDirectory(_folder["few"]);
        new SyntheticSeries(_folder["few"]).Slices(2);
        ZipFile.CreateFromDirectory(_folder["few"], _folder["whole.zip"]);
        byte[] whole = File.ReadAllBytes(_folder["whole.zip"]);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0xff;
            File.WriteAllBytes(_folder["changed.zip"], changed);

            // When
            Exception? e = Record.Exception(() => ImageFile.ReadVolume(_folder["changed.zip"]));

            // Then
            Assert.True(e is null or FileFormatException, $"at {at}: {e}");
        }
    }

    private static void Add(string zip, string name, byte[] content)
    {
        using ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Update, Encoding.UTF8);
        using Stream entry = archive.CreateEntry(name).Open();
        entry.Write(content);
    }
}
