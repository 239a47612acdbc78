using NnUNet.Core.Planning;
using NnUNet.Core.Tests.Models;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Planning;

public sealed class ConfigurationTests
{
    [Fact]
    public void All_AreInTheOrderOfTraining()
    {
        // Then
        Assert.Equal(["2d", "3d_lowres", "3d_fullres", "3d_cascade_fullres"], Configuration.Names);
        Assert.Equal([0, 1, 2, 3], Configuration.Names.Select(static n => Configuration.Parse(n).Order));
    }

    [Fact]
    public void Parse_AnUnknownName_ListsTheKnownOnes()
    {
        // When
        DescribedException error = Assert.Throws<DescribedException>(static () => Configuration.Parse("3d_full"));

        // Then
        Assert.Equal("configuration \"3d_full\": there is none of this name; did you mean 3d_fullres? (known are 2d, 3d_lowres, 3d_fullres, 3d_cascade_fullres).", error.Message);
    }

    [Fact]
    public void Parse_AName_GivesAnEqualConfigurationOfThatName()
    {
        // When
        Configuration parsed = Configuration.Parse("3d_cascade_fullres");

        // Then
        Assert.Equal(Configuration.Cascade, parsed);
        Assert.Equal("3d_cascade_fullres", parsed.ToString());
    }

    [Theory]
    [InlineData("2d", "P_plans_2D.json", "nnUNetTrainerV2", null)]
    [InlineData("3d_lowres", "P_plans_3D.json", "nnUNetTrainerV2", null)]
    [InlineData("3d_fullres", "P_plans_3D.json", "nnUNetTrainerV2", null)]
    [InlineData("3d_cascade_fullres", "P_plans_3D.json", "nnUNetTrainerV2CascadeFullRes", "3d_lowres")]
    public void AConfiguration_HasItsPlanTrainerAndNeed(string name, string planFile, string trainer, string? needs)
    {
        // When
        Configuration configuration = Configuration.Parse(name);

        // Then
        Assert.Equal(planFile, configuration.PlanFileName("P"));
        Assert.Equal(trainer, configuration.DefaultTrainer);
        Assert.Equal(needs, configuration.DependsOn?.Name);
    }

    [Theory]
    [InlineData("2d", true, 0, 0)]
    [InlineData("3d_lowres", false, 0, 0)]
    [InlineData("3d_fullres", true, 0, 1)]
    [InlineData("3d_cascade_fullres", false, 0, 1)]
    public void APlanOfOneStage_HasNoLowResolutionAndNoCascade(string name, bool inOneStage, int stageOfOne, int stageOfTwo)
    {
        // Given
        Plan two = SmallPlan.Create();
        Plan one = two with { PlansPerStage = new() { [0] = two.PlansPerStage[1] } };

        // When
        Configuration configuration = Configuration.Parse(name);

        // Then
        Assert.Equal(inOneStage, configuration.IsIn(one));
        Assert.True(configuration.IsIn(two));
        Assert.Equal(stageOfOne, configuration.StageOf(one));
        Assert.Equal(stageOfTwo, configuration.StageOf(two));
    }
}
