using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Torch.Tests.Inference;

public sealed class InferenceEstimateTests(InstalledV1Model model) : LeakCheckedTest, IClassFixture<InstalledV1Model>
{
    [SkippableFact]
    public void Measure_TheInstalledModel_CountsTilesMirroringsAndParameters()
    {
        // When
        InferenceEstimate estimate = InferenceEstimate.Measure(ModelFolder.Open(model.Folder()));
        InferenceEstimate plain = InferenceEstimate.Measure(ModelFolder.Open(model.Folder()), new PredictOptions { Mirror = false });

        // Then: 37 x 50 x 36 voxels fit one patch of 40 x 56 x 40
        Assert.Equal((1, 8, 1, 5_602_944L), (estimate.Tiles, estimate.Mirrorings, estimate.Networks, estimate.Parameters));
        Assert.Equal(estimate.TileTime * 8.0, estimate.CaseTime);
        Assert.Equal(37L * 50 * 36 * ((4 * (1 + 3)) + 2), estimate.FurtherBytes); // the image, one sum of three outputs, and what is inside of the mask
        Assert.Equal(1, plain.Mirrorings);
    }

    [Fact]
    public void Measure_FoldsWhoseWeightsOneNetworkTakesInTurn_CountsThemOnce()
    {
        // Given a model of three folds, with much memory and with hardly more than its weights take
        using SmallModel three = new(folds: 3);
        PredictOptions options = new();
        long weights = ChosenModel.Open(three.Folder, options).CheckpointBytes;
        ModelFolder folder = ModelFolder.Open(three.Folder);

        // When
        InferenceEstimate all = InferenceEstimate.Measure(folder, options), one = InferenceEstimate.Measure(folder, options with { Folds = ["1"] }), few;
        using (MemoryLimit.Set(2 * weights)) few = InferenceEstimate.Measure(folder, options);

        // Then
        Assert.Equal((3, 3, 1), (all.Networks, few.Networks, one.Networks));
        Assert.Equal(one.FurtherBytes, few.FurtherBytes);
        Assert.Equal(one.FurtherBytes + (2 * all.Parameters * sizeof(float)), all.FurtherBytes);
    }
}
