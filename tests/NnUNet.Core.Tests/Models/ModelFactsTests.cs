using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Tests.Models.Archives;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models;

public sealed class ModelFactsTests
{
    [Fact]
    public void Of_AModelWithItsDataset_TellsNamesAndTheImagesAxes()
    {
        // Given a plan that works on transposed axes
        using TemporaryFolder folder = new();
        SmallArchives.WriteModel(folder.Root);
        Plan plan = SmallPlan.Create();
        ConfigurationPlan last = plan.PlansPerStage[1];
        plan.PlansPerStage[1] = last with { PatchSize = [8, 16, 32], CurrentSpacing = [3, 2, 1] };
        ProductJson.Write(folder[$"{SmallArchives.Model}/plans.json"], plan with { TransposeForward = [2, 0, 1], TransposeBackward = [1, 2, 0] });
        File.WriteAllText(folder[$"{SmallArchives.Model}/dataset.json"], """{"modality":{"0":"MRI"},"labels":{"0":"background","1":"liver"},"training":[],"licence":"CC0"}""");

        // When
        ModelFacts facts = ModelFacts.Of(ModelFolder.Open(folder[SmallArchives.Model]));

        // Then
        Assert.Equal("nnU-Net for .NET", facts.Generation);
        Assert.Equal(("nnUNetTrainerV2", "nnUNetPlansv2.1"), (facts.Trainer, facts.Plans));
        Assert.Equal(["MRI (nonCT)"], facts.Channels);
        Assert.Equal(["1 liver"], facts.Labels);
        Assert.Equal([16, 32, 8], facts.Patch);
        Assert.Equal([2, 1, 3], facts.Spacing);
        Assert.Equal("CC0", facts.Licence);
        FoldFacts fold = Assert.Single(facts.Folds);
        Assert.Equal(["model_final_checkpoint.safetensors", "model_latest.safetensors"], fold.Checkpoints);
        Assert.Equal(19, fold.Bytes);
        Assert.False(facts.HasPostprocessing);
    }
}
