using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets.Conversions;

public sealed class PredictionConversionTests : IDisposable
{
    private static readonly Extent Size = new(2, 3, 4);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("AbdominalOrganSegmentation", "img0061", "label0061.nii.gz")]
    [InlineData("LITS", "test_7", "test-segmentation-7.nii")]
    [InlineData("BraTS2018", "Brats18_C_1", "Brats18_C_1.nii.gz")]
    [InlineData("ISBILesionSegmentation", "case__01__02", "test01_02_nnUNet.nii")]
    [InlineData("KiTS", "case_00210", "prediction_00210.nii.gz")]
    [InlineData("SegTHOR", "Patient_41", "Patient_41.nii")]
    public void Run_NamesAndEndings_AreTheChallenges(string dataset, string prediction, string result)
    {
        WriteLabels($"pred/{prediction}.nii.gz", 1, 2);

        IReadOnlyList<string> files = PredictionConversion.Run(ConversionDescriptions.Find(dataset), _folder["pred"], _folder["out"]);

        Assert.Equal(_folder[$"out/{result}"], Assert.Single(files));
        Assert.True(File.Exists(files[0]));
    }

    [Fact]
    public void Run_BraTSThereAndBack_GivesTheSourcesLabels()
    {
        // Given a converted data set, and its own segmentations as predictions
        Layouts.Of("BraTS2020").Write(_folder);
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] }, static _ => null);
        ConversionDescription brats = ConversionDescriptions.Find("BraTS2020");
        string labels = Path.Combine(DatasetConversion.Run(brats, _folder["source"], workspace).Folder, "labelsTr");

        // When
        IReadOnlyList<string> files = PredictionConversion.Run(brats, labels, _folder["out"]);

        // Then
        short[] source = ImageFile.ReadLabels(_folder["source/MICCAI_BraTS2020_TrainingData/BraTS20_Training_001/BraTS20_Training_001_seg.nii.gz"]).Voxels;
        Assert.Equal([0, 1, 2, 4], source[..4]);
        Assert.Equal([0, 2, 1, 3], ImageFile.ReadLabels(Path.Combine(labels, "BraTS20_Training_001.nii.gz")).Voxels[..4]);
        Assert.Equal(source, ImageFile.ReadLabels(files[0]).Voxels);
    }

    [Fact]
    public void Run_LittleEnhancingTumour_IsNoneWhereAskedFor()
    {
        WriteLabels("pred/a.nii.gz", 3, 3, 2, 1);
        ConversionDescription brats = ConversionDescriptions.Find("BraTS2020");

        string with = PredictionConversion.Run(brats, _folder["pred"], _folder["with"], new PredictionConversionOptions { With = ["replace_small"] })[0];
        string without = PredictionConversion.Run(brats, _folder["pred"], _folder["without"])[0];

        Assert.Equal([1, 1, 1, 2], ImageFile.ReadLabels(with).Voxels[..4]);
        Assert.Equal([4, 4, 1, 2], ImageFile.ReadLabels(without).Voxels[..4]);
    }

    [Fact]
    public void Run_LiverWithAnIsland_LosesItWhereAskedFor()
    {
        WriteLabels("pred/test_0.nii.gz", 1, 2, 0, 1);

        string file = PredictionConversion.Run(ConversionDescriptions.Find("LITS"), _folder["pred"], _folder["out"], new PredictionConversionOptions { With = ["largest_component"] })[0];

        Assert.Equal([1, 2, 0, 0], ImageFile.ReadLabels(file).Voxels[..4]);
    }

    [Fact]
    public void Run_TheTwoPhasesOfAPatient_AreCalledByTheirOrder()
    {
        WriteLabels("pred/patient101_frame14.nii.gz", 2);
        WriteLabels("pred/patient101_frame01.nii.gz", 1);

        IReadOnlyList<string> files = PredictionConversion.Run(ConversionDescriptions.Find("ACDC"), _folder["pred"], _folder["out"]);

        Assert.Equal(["patient101_ED.nii.gz", "patient101_ES.nii.gz"], files.Select(Path.GetFileName));
        Assert.Equal(2, ImageFile.ReadLabels(files[1]).Voxels[0]);
    }

    [Fact]
    public void Run_APhaseIsMissing_IsRefused()
    {
        WriteLabels("pred/patient101_frame01.nii.gz", 1);

        DatasetException error = Assert.Throws<DatasetException>(() => PredictionConversion.Run(ConversionDescriptions.Find("ACDC"), _folder["pred"], _folder["out"]));

        Assert.Equal("ACDC: patient101: there are 1 predictions, but 2 are expected (ED, ES); predict all images of the data set.", error.Message);
    }

    [Fact]
    public void Run_AGreyValueForEachOrgan_AsTheChallengeWants()
    {
        WriteLabels("pred/T2_7.nii.gz", 0, 1, 2, 3, 4);

        string file = PredictionConversion.Run(ConversionDescriptions.Find("37"), _folder["pred"], _folder["out"])[0];

        Assert.Equal([0, 63, 126, 189, 252], ImageFile.ReadLabels(file).Voxels[..5]);
    }

    [Fact]
    public void Run_TurnedImages_LieAsTheirSourceAgain()
    {
        // Given a source whose axes lead to the right and to anterior, and a prediction on the turned grid
        ImageGeometry source = ImageGeometry.Identity with { ItkDirection = [-1, 0, 0, 0, -1, 0, 0, 0, 1], ItkOrigin = [10, 20, 30] };
        ImageFile.WriteVolume(_folder["source/test/verse1.nii.gz"], new Volume<float>(Size, source));
        ImageFile.WriteVolume(_folder["source/train/verse2.nii.gz"], new Volume<float>(Size, source));
        ImageFile.WriteLabels(_folder["source/train/verse2_seg.nii.gz"], new Volume<short>(Size, source));
        Volume<short> prediction = new([.. Enumerable.Range(1, 24).Select(static i => (short)i)], Size, source);
        ImageFile.WriteLabels(_folder["pred/verse1.nii.gz"], Reorientation.To(prediction, Orientation.TryParse("LPS")!));
        ConversionDescription verse = ConversionDescriptions.Find("VerSe");

        // When
        string file = PredictionConversion.Run(verse, _folder["pred"], _folder["out"], new PredictionConversionOptions { Source = _folder["source"] })[0];

        // Then
        Volume<short> back = ImageFile.ReadLabels(file);
        Assert.Equal(prediction.Voxels, back.Voxels);
        Assert.Equal(source.ItkOrigin, back.Geometry.ItkOrigin);
        Assert.Contains("give the source's folder with --source", Assert.Throws<DescribedException>(() => PredictionConversion.Run(verse, _folder["pred"], _folder["out"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AnEndingThatIsNotWritten_SaysSo()
    {
        WriteLabels("pred/Case00.nii.gz", 1);
        ConversionDescription promise = ConversionDescriptions.Find("Promise") with { Back = new BackDescription { Ending = ".mhd2" } };

        DescribedException error = Assert.Throws<DescribedException>(() => PredictionConversion.Run(promise, _folder["pred"], _folder["out"]));
        string file = PredictionConversion.Run(promise, _folder["pred"], _folder["out"], new PredictionConversionOptions { Ending = ".nii" })[0];

        Assert.Equal("Promise: its challenge wants files that end with .mhd2, which is not written; give --ending .nii.gz, and convert the files by another program.", error.Message);
        Assert.Equal("Case00.nii", Path.GetFileName(file));
    }

    [Fact]
    public void Run_OtherNamesAndOtherLabels_AreRefused()
    {
        WriteLabels("names/liver.nii.gz", 1);
        WriteLabels("labels/a.nii.gz", 5);

        DatasetException names = Assert.Throws<DatasetException>(() => PredictionConversion.Run(ConversionDescriptions.Find("LITS"), _folder["names"], _folder["out"]));
        DatasetException labels = Assert.Throws<DatasetException>(() => PredictionConversion.Run(ConversionDescriptions.Find("BraTS2020"), _folder["labels"], _folder["out"]));

        Assert.Contains("liver.nii.gz: its name is not that of one of this data set's cases: test_{number:number}", names.Message, StringComparison.Ordinal);
        Assert.Contains("5 (1 voxels) is not among those that are expected: 0, 1, 2, 3", labels.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EPFL_EM_MITO_SEG")]
    [InlineData("NIHPancreas")]
    public void Run_ADataSetWithoutAWayBack_SaysSo(string name)
    {
        WriteLabels("pred/pancreas_0001.nii.gz", 1);

        DescribedException error = Assert.Throws<DescribedException>(() => PredictionConversion.Run(ConversionDescriptions.Find(name), _folder["pred"], _folder["out"]));

        Assert.StartsWith($"{name}: its predictions need no conversion", error.Message, StringComparison.Ordinal);
    }

    private void WriteLabels(string path, params short[] first)
    {
        Volume<short> labels = new(Size);
        first.CopyTo(labels.Voxels, 0);
        ImageFile.WriteLabels(_folder[path], labels);
    }
}
