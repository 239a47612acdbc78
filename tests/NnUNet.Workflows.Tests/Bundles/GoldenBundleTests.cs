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

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_ByAModelWhoseReaderTurnsImages_WarnsOnlyWhereTheBundleDoesNotTurnThem(bool turns)
    {
        // Given the model as TotalSegmentator's are
        const string Model = "Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres";
        string original = TestData.Golden("model_v2/results/" + Model);
        foreach (string name in (string[])["plans.json", "dataset.json", "fold_0/checkpoint_final.pth"])
        {
            string copy = _folder[$"models/{Model}/{name}"];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(original, name), copy);
        }

        string plans = _folder[$"models/{Model}/plans.json"];
        File.WriteAllText(plans, File.ReadAllText(plans).Replace("\"SimpleITKIO\"", "\"NibabelIOWithReorient\"", StringComparison.Ordinal));
        Bundle bundle = new()
        {
            Format = Bundle.CurrentFormat,
            Name = "hippocampus",
            Description = "Anterior and posterior part of the hippocampus",
            Labels = ["anterior", "posterior"],
            Grid = turns ? new BundleGrid { Spacing = [1, 1, 1] } : null,
            Models = [new BundleModel { Name = "both", Dataset = "4", Trainer = "nnUNetTrainer", Checkpoint = "checkpoint_final" }],
        };

        // When
        BundleReport report = BundleRun.Run(bundle, [TestData.Data("Task04_Hippocampus/imagesTs/hippocampus_098.nii.gz")], _folder["098.nii.gz"], new BundleRunOptions { ModelFolders = [_folder["models"]] });

        // Then
        Assert.Empty(report.Failures);
        if (turns) Assert.Empty(report.Warnings);
        else Assert.Contains("nnunet reorient", Assert.Single(report.Warnings), StringComparison.Ordinal);
    }

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
