using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Service;

/// <summary>What the command's arguments call models.</summary>
public sealed class ModelAddressTests
{
    [Theory]
    [InlineData("results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1", "Task004_Hippocampus-3d_fullres")]
    [InlineData("results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d/", "Dataset004_Hippocampus-2d")]
    [InlineData("models/my model", "my_model")]
    [InlineData("brain=models/anything", "brain")]
    public void AModel_IsCalledAsItIsNamed_OrByTaskAndConfiguration(string argument, string name) => Assert.Equal(name, ModelAddress.Parse(argument).Name);

    [Fact]
    public void AFolder_IsTheWholePath() => Assert.Equal(Path.GetFullPath("models/a"), ModelAddress.Parse("brain=models/a/").Folder);

    [Theory]
    [InlineData("a/b=models/c")]
    [InlineData("brain scan=models/c")]
    public void NamesThatAreNoPartOfAnAddress_AreRefused(string argument) => Assert.Throws<DescribedException>(() => ModelAddress.Parse(argument));

    [Fact]
    public void ANameTwice_IsRefused()
    {
        DescribedException refused = Assert.Throws<DescribedException>(() => ModelAddress.ParseAll(["one/model", "two/model"]));

        Assert.Contains("NAME=FOLDER", refused.Message, StringComparison.Ordinal);
    }
}
