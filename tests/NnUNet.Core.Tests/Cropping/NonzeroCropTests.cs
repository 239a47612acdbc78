using NnUNet.Core.Cropping;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Cropping;

public sealed class NonzeroCropTests
{
    private static readonly Extent Extent = new(4, 5, 6);

    [Fact]
    public void Crop_CutsToTheBoxOfAllChannels()
    {
        // Given two channels that are nonzero at opposite ends
        Volume<float> first = new(Extent);
        Volume<float> second = new(Extent);
        first[1, 2, 3] = 5;
        second[2, 3, 3] = -7;

        // When
        CroppedCase cropped = NonzeroCrop.Crop([first, second], null, [], null);

        // Then
        Assert.Equal(new Extent(2, 2, 1), cropped.Extent);
        Assert.Equal([5, 0, 0, 0], cropped.Channels[0]);
        Assert.Equal([0, 0, 0, -7], cropped.Channels[1]);
        Assert.Equal([0, -1, -1, 0], cropped.Segmentation);
        Assert.Equal(new BoundingBox(new Extent(1, 2, 3), new Extent(2, 2, 1)), cropped.Properties.CropBox);
        Assert.Equal([-1, 0], cropped.Properties.Classes);
        Assert.Equal(Extent, cropped.Properties.OriginalExtent);
    }

    [Fact]
    public void Crop_HolesAreInsideAndLabelsOutsideTheMaskStay()
    {
        // Given a hollow box, and labels in its hole and in a corner that is not part of it
        Volume<float> image = new(new Extent(3, 3, 4));
        Volume<short> labels = new(new Extent(3, 3, 4));
        for (int z = 0; z < 3; z++)
        {
            for (int y = 0; y < 3; y++) image.Row(z, y)[..3].Fill(1);
        }

        (image[1, 1, 1], image[2, 2, 3]) = (0, 9);
        (labels[0, 0, 3], labels[2, 2, 2]) = (2, -2);

        // When
        CroppedCase cropped = NonzeroCrop.Crop([image], labels, [], null);

        // Then
        Assert.Equal(0, cropped.Segmentation[(1 * 12) + (1 * 4) + 1]);
        Assert.Equal(2, cropped.Segmentation[3]);
        Assert.Equal(-1, cropped.Segmentation[7]);
        Assert.Equal(0, cropped.Segmentation[35 - 1]);
        Assert.Equal([-2, -1, 0, 2], cropped.Properties.Classes);
    }

    [Fact]
    public void Crop_NotFinite_CountsAsNonzeroAndBecomesZeroWithAWarning()
    {
        // Given
        Volume<float> image = new(Extent);
        image[0, 0, 0] = float.NaN;
        image[1, 0, 0] = float.PositiveInfinity;
        image[1, 0, 1] = float.NegativeInfinity;
        image[3, 4, 5] = 2;

        // When
        CroppedCase cropped = NonzeroCrop.Crop([image], null, ["a_0000.nii.gz"], null);

        // Then
        Assert.Equal(
            ["a_0000.nii.gz: 1 voxel is not a number (NaN), 2 are infinite or beyond the range of float32, and counted as 0; correct the image if they matter"],
            cropped.Properties.Warnings.Select(static w => w.ToString()));
        Assert.Equal([2f], cropped.Channels[0].Where(static v => v != 0));
        Assert.Equal(Extent, cropped.Extent);
        Assert.Equal(0, cropped.Channels[0][0]);
        Assert.Equal(0, cropped.Segmentation[0]);
        Assert.True(float.IsNaN(image[0, 0, 0]));
    }

    [Theory]
    [InlineData(float.NaN, "60 voxels are not a number (NaN)")]
    [InlineData(float.PositiveInfinity, "60 voxels are infinite or beyond the range of float32")]
    public void Crop_NothingFiniteButZeros_IsRefused(float value, string count)
    {
        // Given: half an image of zeros, half of none, in the second channel
        Volume<float> good = new([.. Enumerable.Repeat(1f, (int)Extent.Count)], Extent);
        Volume<float> bad = new(Extent);
        bad.Voxels.AsSpan(0, 60).Fill(value);

        // When
        CaseException error = Assert.Throws<CaseException>(() => NonzeroCrop.Crop([good, bad], null, ["a_0000.nii.gz", "a_0001.nii.gz"], null));

        // Then
        Assert.Equal($"a_0001.nii.gz: {count}, and there is nothing else in the image but 0; give an image of numbers.", error.Message);
    }

    [Fact]
    public void Crop_AllFinite_HasNoWarningAndNoCopy()
    {
        // Given
        Volume<float> image = new([.. Enumerable.Range(1, (int)Extent.Count).Select(static i => (float)i)], Extent);

        // When
        CroppedCase cropped = NonzeroCrop.Crop([image], null, [], null);

        // Then
        Assert.Empty(cropped.Properties.Warnings);
        Assert.Null(cropped.Properties.InputWarnings);
        Assert.Same(image.Voxels, cropped.Channels[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(1000)]
    public void MarkNonzero_IsWhatThePlainLoopSays(int count)
    {
        // Given: zeros of both signs, NaN, tiny numbers, and voxels that another channel has marked
        float[] kinds = [0, 1, -0f, float.NaN, 0, -3, float.Epsilon, 0, float.NegativeInfinity];
        float[] voxels = [.. Enumerable.Range(0, count).Select(i => kinds[i % kinds.Length])];
        bool[] mask = [.. Enumerable.Range(0, count).Select(static i => i % 5 == 0)];
        bool[] expected = [.. mask.Zip(voxels, static (marked, voxel) => marked || voxel != 0)];

        // When
        NonzeroCrop.MarkNonzero(voxels, mask);

        // Then
        Assert.Equal(expected, mask);
    }

    [Fact]
    public void Crop_OnlyZeros_IsRefused() =>
        Assert.Equal(
            "a.nii.gz: all voxels of the case are 0; remove the case, or give its image.",
            Assert.Throws<CaseException>(static () => NonzeroCrop.Crop([new Volume<float>(Extent)], null, ["a.nii.gz"], null)).Message);
}
