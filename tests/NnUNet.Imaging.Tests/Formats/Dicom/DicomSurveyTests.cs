using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

public sealed class DicomSurveyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DicomSurveyTests()
    {
        // Two series in one folder, one of them with a gap; one in a folder of its own; a report; a file that is cut off.
        foreach (string name in (string[])["cd/mixed", "cd/alone"]) Directory.CreateDirectory(_folder[name]);
        new SyntheticSeries(_folder["cd/mixed"]).Slices(3)
            .Slice("g0", 0, Other("1.2.3.5", 4)).Slice("g1", 1, Other("1.2.3.5", 4)).Slice("g2", 3, Other("1.2.3.5", 4));
        new SyntheticSeries(_folder["cd/alone"]).Slices(2, Other("1.2.3.6", 12));
        DicomFile.Write(_folder["cd/report"], new DicomDataSet().AddText(DicomTag.SOPClassUID, "1.2").AddText(DicomTag.SOPInstanceUID, "1.2.9").AddText(DicomTag.Modality, "SR"));
        File.WriteAllBytes(_folder["cd/cut"], File.ReadAllBytes(_folder["cd/alone/IM01"])[..^5]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_ListsEverySeriesWithItsUseOrItsFault()
    {
        // When
        (IReadOnlyList<FoundSeries> series, IReadOnlyList<string> unreadable) = DicomSurvey.Of(_folder["cd"]);

        // Then
        Assert.Equal(["", "3", "4", "12"], series.Select(static s => s.Number));
        Assert.Equal("no image", series[0].Fault);
        Assert.Equal((new Extent(3, 3, 4), (string?)null), (series[1].Image!.Extent, series[1].Place));
        Assert.StartsWith("slices are missing: g1", series[2].Fault, StringComparison.Ordinal);
        Assert.Equal((new Extent(2, 3, 4), _folder["cd/alone"]), (series[3].Image!.Extent, series[3].Place));
        Assert.Contains("PixelData (7FE0,0010) promises 24 bytes, but 19 are left", Assert.Single(unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public void Sort_CopiesEachImageIntoAFolderOfItsOwn()
    {
        // When
        IReadOnlyList<string> names = DicomSurvey.Sort(_folder["cd"], DicomSurvey.Of(_folder["cd"]).Series, _folder["out"]);

        // Then
        Assert.Equal(["P1_3_Thorax", "P1_12_Thorax"], names);
        Assert.Equal(["00001.dcm", "00002.dcm", "00003.dcm"], Directory.GetFiles(_folder["out/P1_3_Thorax"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(new Extent(3, 3, 4), ImageFile.ReadHeader(_folder["out/P1_3_Thorax"]).Extent);
        Assert.Throws<DescribedException>(() => DicomSurvey.Sort(_folder["cd"], DicomSurvey.Of(_folder["cd"]).Series, _folder["out"]));
    }

    [Fact]
    public void Of_ASeriesInSeveralFolders_IsOneImage_UnlessAFolderAloneIs()
    {
        // Given: slices 0 and 1 here, 2 and 3 there; and the whole series of a folder with one slice of it changed beside it
        foreach (string name in (string[])["parts/a", "parts/b", "copies/a", "copies/b"]) Directory.CreateDirectory(_folder[name]);
        new SyntheticSeries(_folder["parts/a"]).Slice("0", 0).Slice("1", 1);
        new SyntheticSeries(_folder["parts/b"]).Slice("2", 2).Slice("3", 3);
        new SyntheticSeries(_folder["copies/a"]).Slices(3);
        new SyntheticSeries(_folder["copies/b"]).Slice("changed", 1, static d => d.AddBytes(DicomTag.PixelData, SyntheticSeries.Pixels(8)));

        // When
        FoundSeries parts = Assert.Single(DicomSurvey.Of(_folder["parts"]).Series);
        IReadOnlyList<FoundSeries> copies = DicomSurvey.Of(_folder["copies"]).Series;

        // Then
        Assert.Equal((4, 2, (string?)null), (parts.Image!.Extent.Z, parts.Folders.Count, parts.Place));
        Assert.Equal([3, 1], copies.Select(static s => s.Image!.Extent.Z));
        Assert.All(copies, static s => Assert.Equal(s.Folders[0], s.Place));
    }

    private static Action<DicomDataSet> Other(string uid, int number) => d => d.AddText(DicomTag.SeriesInstanceUID, uid).AddNumbers(DicomTag.SeriesNumber, number);
}
