using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Torch.Tests.Training;

public sealed class TransposedPlanTests : LeakCheckedTest
{
    [Fact]
    public void AModelTrainedInOtherAxes_PredictsWhatItsValidationSaid()
    {
        // Given a task whose plan turns the axes
        using ToyTask toy = new(transpose: [1, 2, 0]);
        using TemporaryFolder folder = new();
        TrainingRun.Execute(toy.Options with { Epochs = 1, Iterations = 2, Validation = new ValidationOptions { Postprocess = false } });
        ImageFile.WriteVolume(folder["in/toy_000_0000.nii.gz"], ToyTask.Image(0));

        // When
        PredictReport report = PredictRun.Run(toy.ModelPath, folder["in"], folder["out"], new PredictRunOptions { Predict = new PredictOptions { Threads = 1 } });

        // Then
        Volume<short> validated = ImageFile.ReadLabels(Path.Combine(toy.FoldPath, "validation_raw", "toy_000.nii.gz"));
        Volume<short> predicted = ImageFile.ReadLabels(folder["out/toy_000.nii.gz"]);
        Assert.Equal(["toy_000"], report.Predicted);
        Assert.Equal(ToyTask.Image(0).Extent, validated.Extent);
        Assert.Equal(validated.Voxels, predicted.Voxels);
    }

    [Fact]
    public void APlanThatTurnsTheAxes_PredictsAsOneThatDoesNotTurnATurnedImage()
    {
        // Given the same network by two plans, and an image that is resampled
        int[] order = [2, 0, 1];
        using SmallModel turning = new(transpose: order);
        using SmallModel straight = new();
        Volume<float> image = SmallModel.Image();
        Volume<float> turned = new(Turned(image.Voxels, image.Extent, order), image.Extent.Transpose(order), ImageGeometry.FromSpacing(new Spacing(1, 1, 1)));

        // When
        using Segmenter first = Segmenter.Load(turning.Folder), second = Segmenter.Load(straight.Folder);
        Volume<short> labels = first.Predict(image).Segmentation, expected = second.Predict(turned).Segmentation;

        // Then
        Assert.Equal(image.Extent, labels.Extent);
        Assert.Equal(expected.Voxels, Turned(labels.Voxels, labels.Extent, order));
    }

    private static T[] Turned<T>(T[] voxels, Extent extent, int[] order)
    {
        Extent turned = extent.Transpose(order);
        T[] result = new T[voxels.Length];
        int[] at = new int[3];
        for (int i = 0; i < result.Length; i++)
        {
            (at[order[0]], at[order[1]], at[order[2]]) = (i / turned.SliceCount, i / turned.X % turned.Y, i % turned.X);
            result[i] = voxels[(((at[0] * extent.Y) + at[1]) * extent.X) + at[2]];
        }

        return result;
    }
}
