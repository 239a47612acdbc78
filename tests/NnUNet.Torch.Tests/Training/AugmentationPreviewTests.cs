using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Testing;
using SkiaSharp;

namespace NnUNet.Torch.Tests.Training;

public sealed class AugmentationPreviewTests : IDisposable
{
    private readonly ToyTask _task = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _task.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("3d_fullres")]
    [InlineData("2d")]
    public void TheSheet_ShowsEveryPatchTwiceWithItsLabels(string configuration)
    {
        AugmentationPreview.Write(_folder["a.png"], Options with { Configuration = Configuration.Parse(configuration), Samples = 5 });

        // Then: two rows of three and two cells of two panels; colour somewhere in the panels of the first and not in the sixth
        using SKBitmap picture = SKBitmap.Decode(_folder["a.png"]);
        Assert.Equal((1410, 683), (picture.Width, picture.Height));
        Assert.NotEqual(0, Coloured(picture, new SKRectI(18, 96, 464, 316)) + Coloured(picture, new SKRectI(482, 96, 928, 316)));
        Assert.Equal(0, Coloured(picture, new SKRectI(946, 376, 1410, 683)));
    }

    [Fact]
    public void TheSameSeed_GivesTheSameSheet()
    {
        AugmentationPreview.Write(_folder["a.png"], Options);
        AugmentationPreview.Write(_folder["b.png"], Options);
        AugmentationPreview.Write(_folder["c.png"], Options with { Seed = 1 });

        Assert.Equal(File.ReadAllBytes(_folder["a.png"]), File.ReadAllBytes(_folder["b.png"]));
        Assert.NotEqual(File.ReadAllBytes(_folder["a.png"]), File.ReadAllBytes(_folder["c.png"]));
    }

    [Fact]
    public void WrongOptions_AreToldTogether()
    {
        DescribedException error = Assert.Throws<DescribedException>(
            () => AugmentationPreview.Write("a.png", Options with { Trainer = "nobody", Samples = 0, Channel = -1 }));

        Assert.Contains("there is no trainer \"nobody\": ", error.Message, StringComparison.Ordinal);
        Assert.Contains("the number of patches is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("the channel is -1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AChannelThatThereIsNot_IsRefused()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => AugmentationPreview.Write("a.png", Options with { Channel = 1 }));

        Assert.Contains("there is no channel 1: Task900_Toy has 1, counted from 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_AreThoseOfTheDocumentation()
    {
        Assert.Equal(("nnUNetTrainerV2", "nnUNetPlansv2.1", 12, 0, 12345), (Options.Trainer, Options.Plans, Options.Samples, Options.Channel, Options.Seed));
    }

    private AugmentationPreviewOptions Options => new() { Workspace = _task.Workspace, Task = "900", Configuration = Configuration.FullResolution };

    private static int Coloured(SKBitmap picture, SKRectI area) =>
        (from y in Enumerable.Range(area.Top, area.Height)
         from x in Enumerable.Range(area.Left, area.Width)
         select picture.GetPixel(x, y)).Count(static p => Math.Max(p.Red, Math.Max(p.Green, p.Blue)) - Math.Min(p.Red, Math.Min(p.Green, p.Blue)) > 20);
}
