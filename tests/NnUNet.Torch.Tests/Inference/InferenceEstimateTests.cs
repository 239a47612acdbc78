using NnUNet.Core.Models;
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
        Assert.Equal(37L * 50 * 36 * 4 * 7, estimate.FurtherBytes);
        Assert.Equal(1, plain.Mirrorings);
    }
}
