using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>What nnU-Net v2 resamples with torch, compared with torch itself.</summary>
public sealed class TorchResamplingTests : LeakCheckedTest
{
    private static readonly Extent From = new(5, 7, 6), To = new(9, 4, 11);
    private static readonly ResamplingGrids Grids = new(From, new Spacing(1, 1, 1), To, new Spacing(1, 1, 1));
    private static readonly ResamplingRule Rule = new() { Function = "resample_torch_fornnunet", Order = 1, OrderZ = 0, ForceSeparateZ = false };

    [Fact]
    public void Resample_Images_IsTorchsTrilinearInterpolation()
    {
        // Given
        float[] voxels = [.. Enumerable.Range(0, (int)From.Count).Select(static i => (float)(i * 37 % 101))], result = new float[To.Count];

        // When
        Catalog<ResamplingFunction>.Create(Rule.Function).Resample(voxels, result, Grids, Rule, CancellationToken.None);

        // Then
        Golden.AssertClose("trilinear", Interpolated(voxels), result, 1e-4);
    }

    [Fact]
    public void ResampleLabels_IsTheLabelOfTheLargestShare()
    {
        // Given labels that meet everywhere
        short[] labels = [.. Enumerable.Range(0, (int)From.Count).Select(static i => (short)(i * 37 % 101 % 4))], result = new short[To.Count];

        // When
        Catalog<ResamplingFunction>.Create(Rule.Function).ResampleLabels(labels, result, Grids, Rule, CancellationToken.None);

        // Then: each label's share as torch has it, in float16
        float[][] shares = [.. Enumerable.Range(0, 4).Select(k => Interpolated([.. labels.Select(l => l == k ? 1000f : 0f)]))];
        short[] expected = [.. Enumerable.Range(0, result.Length).Select(i => (short)Enumerable.Range(0, 4).MaxBy(k => (Half)shares[k][i]))];
        Assert.InRange(result.Zip(expected).Count(static p => p.First != p.Second), 0, 2); // of 396; at ties within a float's rounding
    }

    private static float[] Interpolated(float[] voxels)
    {
        using Tensor source = tensor(voxels, [1, 1, From.Z, From.Y, From.X]);
        using Tensor result = nn.functional.interpolate(source, size: [To.Z, To.Y, To.X], mode: InterpolationMode.Trilinear, align_corners: false);
        return result.data<float>().ToArray();
    }
}
