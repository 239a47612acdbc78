using NnUNet.Core.Bundles;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Bundles;

namespace NnUNet.Workflows.Tests.Bundles;

/// <summary>A bundle of a model of nnU-Net v2, found by its data set's number, against what v2 recorded of it without mirroring.</summary>
public sealed class GoldenBundleTests : IDisposable
{
    private const double AgreeingVoxels = 0.9999; // the others are ties: the original rounds sums and resampled logits to float16

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Run_ByAModelOfTheOriginal_GivesItsLabels()
    {
        // Given
        Bundle bundle = new()
        {
            Format = Bundle.CurrentFormat,
            Name = "hippocampus",
            Description = "Anterior and posterior part of the hippocampus",
            Labels = ["anterior", "posterior"],
            Models = [new BundleModel { Name = "both", Dataset = "4", Trainer = "nnUNetTrainer", Checkpoint = "checkpoint_final" }],
        };
        BundleRunOptions options = new() { ModelFolders = [TestData.Golden("model_v2/results")], Predict = new PredictOptions { Precision = ComputePrecision.Float32 } };

        // When
        BundleReport report = BundleRun.Run(bundle, [TestData.Data("Task04_Hippocampus/imagesTs/hippocampus_098.nii.gz")], _folder["098.nii.gz"], options);

        // Then
        Volume<short> expected = ImageFile.ReadLabels(TestData.Golden("model_v2/predictions/plain_3d/notta/hippocampus_098.nii.gz")), labels = ImageFile.ReadLabels(_folder["098.nii.gz"]);
        int same = labels.Voxels.Zip(expected.Voxels).Count(static pair => pair.First == pair.Second);
        Assert.Empty(report.Failures);
        Assert.Equal(expected.Geometry, labels.Geometry);
        Assert.True(same >= AgreeingVoxels * labels.Voxels.Length, $"{labels.Voxels.Length - same} of {labels.Voxels.Length} voxels differ");
    }
}
