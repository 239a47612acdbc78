using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Imaging.Formats.Dicom.Segmentations;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom.Segmentations;

public sealed class SegmentationReaderTests : IDisposable
{
    private const long FewBytes = 4 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void ReadLabels_SegOfOthers_HasTheVoxelsThatWentIntoIt()
    {
        // Given
        SourceSeries source = SourceSeries.Open(TestData.Data("dicom/axial"));
        short[] expected = NpyFile.Read(TestData.Data("dicom/myseg_axial.dcm.npy")).ToArray<short>();

        // When
        SegmentationReader reader = SegmentationReader.Open(TestData.Data("dicom/myseg_axial.dcm"), DicomContent.WithPixels);
        Volume<short> read = LabelGrid.Place(reader.ReadLabels(), source.Header.Extent, source.Header.Geometry, "seg");

        // Then
        Assert.Equal(expected, read.Voxels);
        Assert.Equal(["liver", "spleen"], reader.Segments.Select(static s => s.Name));
        Assert.Equal(source.SeriesUid, reader.SeriesUid);
    }

    [Fact]
    public void ReadLabels_Overlap_IsRefusedOrDecided()
    {
        // Given: both segments have the first voxel
        string path = Seg(second: 0b0000_0011);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(path));

        // Then
        Assert.Equal("segments overlap: 1 one and 2 two have 1 voxel in common, but a voxel has one label", e.What);
        Assert.Equal([1, 2], Read(path, SegmentOverlap.First).Voxels[..2]);
        Assert.Equal([2, 2], Read(path, SegmentOverlap.Last).Voxels[..2]);
    }

    [Fact]
    public void ReadLabels_FrameFarBeyondAllOthers_IsRefusedBeforeMemoryIsTaken()
    {
        // Given: two frames, a hundred thousand slices apart
        string path = Seg(secondZ: 100_000);

        // When
        FileFormatException? e = null;
        long allocated = Allocations.Of(() => e = Assert.Throws<FileFormatException>(() => Read(path)));

        // Then
        Assert.Contains("100001 slices", e!.What, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Fact]
    public void ReadLabels_MoreFramesThanPixels_IsRefused()
    {
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(Seg(rows: 60000)));

        Assert.Contains("but the pixels have", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutAtEveryByte_FailsInWords()
    {
        // Given
        byte[] whole = File.ReadAllBytes(Seg());
        string cut = _folder["cut.dcm"];
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(cut, whole[..length]);

            // When
            Exception? e = Record.Exception(() => Read(cut));

            // Then
            Assert.True(e is FileFormatException, $"{length} bytes: {e}");
        }
    }

    [Fact]
    public void Open_WhatIsNoSegmentation_IsRefused()
    {
        // Given
        new SyntheticSeries(Path.GetDirectoryName(_folder["x"])!).Slice("ct.dcm", 0);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(_folder["ct.dcm"]));

        // Then
        Assert.Equal("the file is no segmentation (CT)", e.What);
    }

    private static Volume<short> Read(string path, SegmentOverlap overlap = SegmentOverlap.Refuse) => SegmentationReader.Open(path, DicomContent.WithPixels).ReadLabels(overlap);

    /// <summary>Two segments of one frame each, 2 rows and 4 columns.</summary>
    private string Seg(byte second = 0b0000_0010, int secondZ = 0, int rows = 2)
    {
        DicomDataSet data = new DicomDataSet("seg")
            .AddText(DicomTag.SOPClassUID, DicomUid.Segmentation)
            .AddText(DicomTag.SOPInstanceUID, "1.2.3")
            .AddText(DicomTag.SegmentationType, "BINARY")
            .AddNumbers(DicomTag.BitsAllocated, 1)
            .AddNumbers(DicomTag.NumberOfFrames, 2)
            .AddNumbers(DicomTag.Rows, rows)
            .AddNumbers(DicomTag.Columns, 4)
            .AddItems(
                DicomTag.SegmentSequence,
                static one => one.AddNumbers(DicomTag.SegmentNumber, 1).AddText(DicomTag.SegmentLabel, "one"),
                static two => two.AddNumbers(DicomTag.SegmentNumber, 2).AddText(DicomTag.SegmentLabel, "two"))
            .AddItems(DicomTag.SharedFunctionalGroupsSequence, static shared => shared
                .AddItems(DicomTag.PlaneOrientationSequence, static plane => plane.AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0))
                .AddItems(DicomTag.PixelMeasuresSequence, static pixel => pixel.AddNumbers(DicomTag.PixelSpacing, 1, 1).AddNumbers(DicomTag.SliceThickness, 1)))
            .AddItems(DicomTag.PerFrameFunctionalGroupsSequence, frame => Frame(frame, 1, 0), frame => Frame(frame, 2, secondZ))
            .AddBytes(DicomTag.PixelData, [0b0000_0001, second], "OB");
        DicomFile.Write(_folder["made.dcm"], data);
        return _folder["made.dcm"];
    }

    private static void Frame(DicomDataSet frame, int segment, int z) => frame
        .AddItems(DicomTag.SegmentIdentificationSequence, item => item.AddNumbers(DicomTag.ReferencedSegmentNumber, segment))
        .AddItems(DicomTag.PlanePositionSequence, item => item.AddNumbers(DicomTag.ImagePositionPatient, 0, 0, z));
}
