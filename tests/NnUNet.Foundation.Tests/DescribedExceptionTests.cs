namespace NnUNet.Foundation.Tests;

public sealed class DescribedExceptionTests
{
    [Theory]
    [InlineData("a", "a", "it is torn; copy it again.")]
    [InlineData("a: b.nii.gz", "a", "b.nii.gz: it is torn; copy it again.")]
    [InlineData("ab", "a", "ab: it is torn; copy it again.")]
    [InlineData("b.nii.gz", "a", "b.nii.gz: it is torn; copy it again.")]
    public void MessageWithin_NamesNothingTwice(string where, string subject, string expected) =>
        Assert.Equal(expected, new DescribedException(where, "it is torn", "copy it again").MessageWithin(subject));
}
