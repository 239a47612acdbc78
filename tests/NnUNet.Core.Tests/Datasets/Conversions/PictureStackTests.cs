using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Tests.Formats.Dicom;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets.Conversions;

/// <summary>Data sets that come as DICOM series, and segmentations as pictures of the slices, converted as they are downloaded.</summary>
public sealed class PictureStackTests : IDisposable
{
    private const string Patient = "source/Train_Sets/MR/1/";

    private readonly TemporaryFolder _folder = new();
    private readonly Workspace _workspace;

    public PictureStackTests() => _workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] }, static _ => null);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Chaos_PicturesThatAreCalledLikeTheSeriesFiles_AreTheirSlices()
    {
        // Given files whose names go from the highest slice to the lowest; the picture of slice z has the value of its label in row 1, column z
        WriteT1(static z => $"IMG-{9 - z:0000}", static z => $"OTHER-{z:0000}");
        Picture("T1DUAL", "IMG-0009", Kidney(z: 0));
        Picture("T1DUAL", "IMG-0008", Kidney(z: 1));
        Picture("T1DUAL", "IMG-0007", Kidney(z: 2));

        // When
        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("37"), _folder["source"], _workspace);

        // Then
        Volume<short> labels = ImageFile.ReadLabels(Path.Combine(result.Folder, "labelsTr", "T1_1.nii.gz"));
        Assert.Equal([2, 2, 2], Enumerable.Range(0, 3).Select(z => (int)labels[z, 1, z]));
        Assert.Equal(3, labels.Voxels.Count(static v => v != 0));
    }

    [Fact]
    public void Chaos_OtherPictures_AreTheSlicesFromTheLowestOn_OnTheImagesGrid()
    {
        // Given
        WriteT1(static z => $"IMG-{9 - z:0000}", static z => $"OTHER-{z:0000}");
        Picture("T1DUAL", "a", Kidney(z: 0));
        Picture("T1DUAL", "b", Kidney(z: 1));
        Picture("T1DUAL", "c", Kidney(z: 2));

        // When
        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("38"), _folder["source"], _workspace);

        // Then
        (_, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(result.Folder);
        Volume<short> labels = ImageFile.ReadLabels(cases[0].Label!);
        Assert.Equal(["T1_in_1", "T1_out_1"], cases.Select(static c => c.CaseId));
        Assert.Equal([2, 2, 2], Enumerable.Range(0, 3).Select(z => (int)labels[z, 1, z]));
        Assert.Equal([-30, -40, 100], labels.Geometry.ItkOrigin);
        Assert.Equal([0.7, 0.8, 2.5], labels.Geometry.ItkSpacing.Select(static mm => Math.Round(mm, 6))); // NIfTI has them in single precision
        Assert.Equal(ImageFile.ReadVolume(_folder[Patient + "T1DUAL/DICOM_anon/OutPhase"]).Voxels, ImageFile.ReadVolume(cases[1].Channels[0]).Voxels);
        Assert.Empty(DatasetVerifier.Verify(result.Folder).Faults);
    }

    [Fact]
    public void Chaos_Again_MakesACaseAnew_WhereOnePictureHasChanged()
    {
        // Given
        WriteT1(static z => $"IMG-{z:0000}", static z => $"OTHER-{z:0000}");
        for (int z = 0; z < 3; z++) Picture("T1DUAL", $"IMG-{z:0000}", Kidney(z));
        DatasetConversion.Run(ConversionDescriptions.Find("37"), _folder["source"], _workspace);

        // When
        int untouched = DatasetConversion.Run(ConversionDescriptions.Find("37"), _folder["source"], _workspace).Kept;
        Picture("T1DUAL", "IMG-0001", new short[12]);
        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("37"), _folder["source"], _workspace);

        // Then
        Assert.Equal((1, 0), (untouched, result.Kept));
        Assert.Equal(2, ImageFile.ReadLabels(Path.Combine(result.Folder, "labelsTr", "T1_1.nii.gz")).Voxels.Count(static v => v != 0));
    }

    [Fact]
    public void Chaos_APictureTooFew_IsAFault_WithBothNumbers()
    {
        WriteT1(static z => $"IMG-{z:0000}", static z => $"OTHER-{z:0000}");
        Picture("T1DUAL", "a", Kidney(z: 0));
        Picture("T1DUAL", "b", Kidney(z: 1));

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("37"), _folder["source"], _workspace));

        Assert.Contains("the folder has 2 pictures, but the image InPhase has 3 slices", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pancreas_TheArchivesFolders_AreRead_WithTheirSegmentationsBeside()
    {
        // Given
        Series("source/Pancreas-CT/PANCREAS_0001/11-24-2015-NA-NA-95620/Pancreas-23949", static z => $"1-{3 - z:000}");
        Volume<float> image = ImageFile.ReadVolume(_folder["source/Pancreas-CT/PANCREAS_0001/11-24-2015-NA-NA-95620/Pancreas-23949"]);
        Volume<short> labels = new(image.Extent, image.Geometry);
        labels[2, 0, 3] = 1;
        Directory.CreateDirectory(_folder["source/labels"]);
        ImageFile.WriteLabels(_folder["source/labels/label0001.nii.gz"], labels);

        // When
        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("62"), _folder["source"], _workspace);

        // Then: both are turned from LPS to RAS
        CaseFiles found = Assert.Single(DatasetFolder.Open(result.Folder).Cases);
        Volume<float> turned = ImageFile.ReadVolume(found.Channels[0]);
        Assert.Equal("pancreas_0001", found.CaseId);
        Assert.Equal(image[2, 0, 3], turned[2, 2, 0]);
        Assert.Equal(1, ImageFile.ReadLabels(found.Label!)[2, 2, 0]);
    }

    private static short[] Kidney(int z)
    {
        short[] picture = new short[SyntheticSeries.Rows * SyntheticSeries.Columns];
        picture[SyntheticSeries.Columns + z] = 126;
        return picture;
    }

    private void WriteT1(Func<int, string> inPhase, Func<int, string> outPhase)
    {
        Series(Patient + "T1DUAL/DICOM_anon/InPhase", inPhase);
        Series(Patient + "T1DUAL/DICOM_anon/OutPhase", outPhase);
    }

    /// <summary>Three axial slices, upwards.</summary>
    private void Series(string path, Func<int, string> name)
    {
        string folder = Directory.CreateDirectory(_folder[path]).FullName;
        for (int z = 0; z < 3; z++) new SyntheticSeries(folder).Slice(name(z) + ".dcm", z);
    }

    private void Picture(string sequence, string name, short[] values)
    {
        Directory.CreateDirectory(_folder[$"{Patient}{sequence}/Ground"]);
        ImageFile.WriteLabels(_folder[$"{Patient}{sequence}/Ground/{name}.png"], new Volume<short>(values, new Extent(1, SyntheticSeries.Rows, SyntheticSeries.Columns)));
    }
}
