using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using PicturesToNifti;
using SkiaSharp;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The sample that brings pictures into the form of 2D images, as docs/datasets.md tells it.</summary>
public sealed class PicturesToNiftiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_BecomeATaskWithoutFaults()
    {
        // Given two coloured pictures with masks of 0 and 255
        Draw("pictures/a.png", SKColors.Olive, SKColors.Orange);
        Draw("pictures/b.png", SKColors.Teal, SKColors.Orange);
        Draw("masks/a.png", SKColors.Black, SKColors.White);
        Draw("masks/b.png", SKColors.Black, SKColors.White);

        // When
        int files = PictureConverter.ConvertImages(_folder["pictures"], _folder["Task120_Pictures/imagesTr"]);
        IReadOnlyList<byte> values = PictureConverter.ConvertLabels(_folder["masks"], _folder["Task120_Pictures/labelsTr"]);
        DatasetDescriptionGenerator.Generate(_folder["Task120_Pictures"], new DatasetDescriptionOptions
        {
            Channels = ["red", "green", "blue"],
            Labels = new Dictionary<int, string> { [0] = "background", [1] = "spot" },
        });
        DatasetReport report = DatasetVerifier.Verify(_folder["Task120_Pictures"]);

        // Then
        Assert.Equal(6, files);
        Assert.Equal([0, 255], values);
        Assert.Equal("Task120_Pictures: 2 training cases, no faults.", report.ToString());
    }

    [Fact]
    public void APicture_IsOneFlatSliceWithItsColours()
    {
        // Given
        Draw("pictures/a.png", SKColors.Olive, SKColors.Orange);

        // When
        PictureConverter.ConvertImages(_folder["pictures"], _folder["images"]);

        // Then
        Volume<float> green = ImageFile.ReadVolume(_folder["images/a_0001.nii.gz"]);
        Assert.Equal(new Extent(1, 4, 6), green.Extent);
        Assert.Equal(new Spacing(999, 1, 1), green.Geometry.Spacing);
        Assert.Equal((SKColors.Olive.Green, SKColors.Orange.Green), (green[0, 0, 0], green[0, 1, 5]));
    }

    [Fact]
    public void GreyAndColouredPictures_AreRefusedTogether()
    {
        // Given
        Draw("pictures/a.png", SKColors.Olive, SKColors.Orange);
        Draw("pictures/b.png", SKColors.Black, SKColors.White);

        // When
        DescribedException error = Assert.Throws<DescribedException>(() => PictureConverter.ConvertImages(_folder["pictures"], _folder["images"]));

        // Then
        Assert.Contains("some pictures are grey and some coloured", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A picture of 6 x 4 pixels with one that differs: the last of the second row.</summary>
    private void Draw(string name, SKColor ground, SKColor spot)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        using SKBitmap picture = new(6, 4);
        picture.Erase(ground);
        picture.SetPixel(5, 1, spot);
        using FileStream file = File.Create(_folder[name]);
        picture.Encode(file, SKEncodedImageFormat.Png, 100);
    }
}
