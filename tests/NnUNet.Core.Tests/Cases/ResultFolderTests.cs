using NnUNet.Core.Cases;
using NnUNet.Core.Tests.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cases;

public sealed class ResultFolderTests
{
    [Theory]
    [InlineData(null, ".nii.gz")]
    [InlineData(".nii", ".nii")]
    [InlineData(".HDR", ".hdr")]
    [InlineData(".toy", ".nii.gz")] // read, but not written
    public void Ending_IsThatOfTheImagesWhereItCanBeWritten(string? image, string expected)
    {
        ToyFormat.Register();

        Assert.Equal(expected, ResultEnding.Of(null, image));
        Assert.Equal(".hdr.gz", ResultEnding.Of(".hdr.gz", image));
    }

    [Fact]
    public void Fault_OfAnEndingThatIsOnlyReadOrNotKnown_SaysSo()
    {
        ToyFormat.Register();

        Assert.Null(ResultEnding.Fault(".NII"));
        Assert.StartsWith("the ending is .toy, which is read, but not written; written are .bmp, .hdr,", ResultEnding.Fault(".toy"), StringComparison.Ordinal);
        Assert.StartsWith("the ending is .xyz, but known are .bmp, .hdr,", ResultEnding.Fault(".xyz"), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFolderThatWasBegunInAnotherEnding_GoesOnInIt()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["a.nii"], TinyTask.Corners());

        // When
        ResultFolder results = ResultFolder.Open(folder.Root, ["a", "b"], asked: null, ".nii.gz");

        // Then
        Assert.Equal(".nii", results.Ending);
        Assert.True(results.Has("a"));
        Assert.False(results.Has("b"));
        Assert.Equal(folder["b.nii"], results.PathOf("b"));
    }

    [Fact]
    public void Write_InTheEndingThatIsAskedFor_LeavesNoSecondSegmentation()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["a.hdr"], TinyTask.Corners());
        ResultFolder results = ResultFolder.Open(folder.Root, ["a"], asked: ".nii");

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => results.RefuseOtherEndings(["a"]));
        results.Write("a", TinyTask.Corners());

        // Then
        Assert.Equal("segmentations of 1 of these cases are there already, but not as .nii, the first is a.hdr", e.What);
        Assert.Equal(["a.nii"], Directory.GetFiles(folder.Root).Select(Path.GetFileName));
        results.RefuseOtherEndings(["a"]);
    }
}
