using NnUNet.Core.Cases;

namespace NnUNet.Core.Tests.Cases;

public sealed class CaseNameTests
{
    [Theory]
    [InlineData("./imagesTr/case.nii.gz", "case", ".nii.gz")]
    [InlineData(@"imagesTr\case.HDR.GZ", "case", ".HDR.GZ")]
    [InlineData("case.v2.hdr", "case.v2", ".hdr")]
    [InlineData("Mu\u0308ller.nii", "M\u00fcller", ".nii")]
    [InlineData("case.seg.nrrd", "case", ".seg.nrrd")]
    [InlineData("case.mgz", "case", ".mgz")] // of a format that is not loaded
    [InlineData("case", "case", "")]
    [InlineData("imagesTr/1.2.840.113", "1.2.840.113", "")] // a folder's name: no ending begins with a digit
    [InlineData("./imagesTr/case/", "case", "")]
    public void Of_LeavesOutFolderAndEnding(string path, string name, string ending)
    {
        Assert.Equal(name, CaseName.Of(path));
        Assert.Equal(ending, CaseName.Ending(path));
    }

    [Theory]
    [InlineData("liver_001_0002", true, "liver_001", 2)]
    [InlineData("liver_001", false, "", -1)]
    [InlineData("_0000", false, "", -1)]
    [InlineData("a_00000", false, "", -1)]
    public void TrySplit_NeedsFourDigits(string name, bool split, string caseId, int channel)
    {
        Assert.Equal(split, CaseName.TrySplit(name, out string foundCase, out int foundChannel));
        Assert.Equal((caseId, channel), (foundCase, foundChannel));
    }
}
