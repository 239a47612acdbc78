using NnUNet.Core.Datasets.Repair;

namespace NnUNet.Core.Tests.Datasets.Repair;

public sealed class CleanNameTests
{
    [Theory]
    [InlineData("liver_001", "liver_001")]
    [InlineData("_a-b_", "_a-b_")]
    [InlineData("pat.01", "pat.01")]
    [InlineData("1.2.840.113619", "1.2.840.113619")]
    [InlineData("pat_0001", "pat_0001")]
    [InlineData("größe", "größe")]
    [InlineData("gro\u0308ße", "größe")]
    [InlineData("患者01", "患者01")]
    [InlineData("pat 02", "pat_02")]
    [InlineData("it's,#%", "it_s")]
    [InlineData("P(1)[2]{3}", "P_1_2_3")]
    [InlineData("-dash", "dash")]
    [InlineData("pat.nii.gz", "pat_nii_gz")]
    [InlineData("test_7572.ni", "test_7572_ni")]
    [InlineData("a.nii.b", "a_nii_b")]
    [InlineData("(?)", "(?)")]
    public void Names_AreMadeReadable_AndGoodOnesStay(string name, string expected) => Assert.Equal(expected, CleanName.Of(name));
}
