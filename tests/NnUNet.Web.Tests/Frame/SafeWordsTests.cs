using NnUNet.Web.Frame;

namespace NnUNet.Web.Tests.Frame;

/// <summary>Places of this machine in answers.</summary>
public sealed class SafeWordsTests
{
    [Theory]
    [InlineData("/srv/nnunet/jobs/1/image.nii.gz: it is empty; send it again.", "image.nii.gz: it is empty; send it again.")]
    [InlineData("the file /a/b/c d.nii is cut off", "the file c d.nii is cut off")]
    [InlineData(@"C:\data\x.nii: it is cut off", "x.nii: it is cut off")]
    [InlineData("see https://example.org/a/b", "see https://example.org/a/b")]
    [InlineData("1/2 of CASE (z/y/x)", "1/2 of CASE (z/y/x)")]
    [InlineData("(\"/a/b\")", "(\"b\")")]
    public void OnlyTheNameOfAFile_IsTold(string told, string expected) => Assert.Equal(expected, SafeWords.Of(told));
}
