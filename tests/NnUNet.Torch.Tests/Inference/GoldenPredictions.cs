using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>Compares predictions with those that the original recorded.</summary>
internal static class GoldenPredictions
{
    // Probabilities agree within 1e-3 (float16 rounds by 5e-4 at most); voxels whose two best are closer than that are ties.
    private const double Tolerance = 1e-3;

    /// <summary>Probabilities within 1e-3, the same geometry, and the same labels but for ties.</summary>
    public static void AssertEqual(string expectedFolder, string actualFolder, string caseId)
    {
        NpyArray recorded = NpzFile.Read(Path.Combine(expectedFolder, caseId + ".npz"))["softmax"];
        NpyArray written = NpzFile.Read(Path.Combine(actualFolder, caseId + ".npz"))["softmax"];
        Assert.Equal(recorded.Shape, written.Shape);
        float[] expected = recorded.ToArray<float>();
        Golden.AssertClose($"{caseId}: softmax", expected, written.ToArray<float>(), Tolerance);

        Volume<short> expectedLabels = ImageFile.ReadLabels(Path.Combine(expectedFolder, caseId + ".nii.gz"));
        Volume<short> labels = ImageFile.ReadLabels(Path.Combine(actualFolder, caseId + ".nii.gz"));
        Assert.Equal(expectedLabels.Geometry, labels.Geometry);
        Assert.Equal(expectedLabels.Extent, labels.Extent);
        Assert.All(
            Enumerable.Range(0, labels.Voxels.Length).Where(i => labels.Voxels[i] != expectedLabels.Voxels[i]),
            i => Assert.True(Margin(expected, labels.Voxels.Length, i) < Tolerance, $"{caseId}: voxel {i} is {labels.Voxels[i]}, expected {expectedLabels.Voxels[i]}"));
    }

    /// <summary>By how much the best probability of a voxel leads the second best.</summary>
    public static double Margin(float[] softmax, int voxels, int voxel)
    {
        float[] sorted = [.. Enumerable.Range(0, softmax.Length / voxels).Select(k => softmax[(k * voxels) + voxel]).OrderDescending()];
        return sorted[0] - sorted[1];
    }
}
