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
    public void Run_ByAModelWhoseReaderTurnsImages_TurnsThemOnceWhetherOrNotTheBundleDoes()
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
            Models = [new BundleModel { Name = "both", Dataset = "4", Trainer = "nnUNetTrainer", Checkpoint = "checkpoint_final" }],
        };

        Volume<float> image = ImageFile.ReadVolume(TestData.Data("Task04_Hippocampus/imagesTs/hippocampus_098.nii.gz"));
        ImageFile.WriteVolume(_folder["lps.nii.gz"], Reorientation.To(image, Orientation.TryParse("LPS")!));
        BundleRunOptions options = new() { ModelFolders = [_folder["models"]], Predict = new PredictOptions { Precision = ComputePrecision.Float32 } };

        // When
        BundleReport turning = BundleRun.Run(bundle with { Grid = new BundleGrid { Orientation = "RAS" } }, [_folder["lps.nii.gz"]], _folder["turning.nii.gz"], options);
        BundleReport plain = BundleRun.Run(bundle, [_folder["lps.nii.gz"]], _folder["plain.nii.gz"], options);
        BundleReport other = BundleRun.Run(bundle with { Grid = new BundleGrid { Orientation = "PIR" } }, [_folder["lps.nii.gz"]], _folder["other.nii.gz"], options);

        // Then
        Assert.All((BundleReport[])[turning, plain, other], static report => Assert.Empty(report.Failures));
        Assert.All((BundleReport[])[turning, plain, other], static report => Assert.Empty(report.Warnings));
        Volume<short> labels = ImageFile.ReadLabels(_folder["turning.nii.gz"]);
        Assert.Equal(3, labels.Voxels.Distinct().Count());
        Assert.Equal(labels.Voxels, ImageFile.ReadLabels(_folder["plain.nii.gz"]).Voxels);
        Assert.Equal(labels.Voxels, ImageFile.ReadLabels(_folder["other.nii.gz"]).Voxels);
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
