using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Imaging.Tests.Formats.Dicom.Segmentations;

public sealed class AnatomyTableTests
{
    [Fact]
    public void Names_AllHaveSoundCodes()
    {
        Assert.True(AnatomyTable.Names.Count > 150);
        Assert.All(AnatomyTable.Names, static name => Assert.Empty(AnatomyTable.Find(name)!.Faults()));
    }

    [Theory]
    [InlineData("liver", "10200004", null)]
    [InlineData("Kidney Left", "64033007", "7771000")]
    [InlineData("left-kidney", "64033007", "7771000")]
    [InlineData("vertebrae_L1", "66794005", null)]
    public void Find_NamesAsPeopleWriteThem_FindsTheirCodes(string name, string type, string? modifier)
    {
        StructureCodes codes = AnatomyTable.Find(name)!;

        Assert.Equal((type, modifier), (codes.Type.Value, codes.Modifier?.Value));
    }

    [Fact]
    public void Find_Tumour_IsAnAlteredStructure()
    {
        Assert.Equal("49755003", AnatomyTable.Find("tumour")!.Category.Value);
        Assert.Null(AnatomyTable.Find("something else"));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 255, 255)]
    [InlineData(221, 130, 101)]
    [InlineData(0, 0, 255)]
    public void LabColour_ComesBackAsItWas(byte red, byte green, byte blue)
    {
        (byte Red, byte Green, byte Blue) back = LabColour.ToRgb(LabColour.Of((red, green, blue)));

        Assert.InRange(Math.Abs(back.Red - red) + Math.Abs(back.Green - green) + Math.Abs(back.Blue - blue), 0, 2);
    }
}
