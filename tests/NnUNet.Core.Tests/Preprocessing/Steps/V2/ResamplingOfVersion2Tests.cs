using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Tests.Preprocessing.Steps.V2;

/// <summary>nnU-Net v2's functions of resampling, by the names that its plans use.</summary>
public sealed class ResamplingOfVersion2Tests
{
    private static readonly Extent From = new(2, 4, 4), To = new(4, 8, 8);

    [Theory]
    [InlineData("resample_data_or_seg_to_shape", 1, 1, 1, null, null)]
    [InlineData("resample_data_or_seg_to_shape", 4, 1, 1, null, 0)]
    [InlineData("resample_data_or_seg_to_shape", 1, 1, 4, null, 2)]
    [InlineData("resample_data_or_seg_to_shape", 4, 4, 1, null, null)]
    [InlineData("resample_data_or_seg_to_shape", 4, 1, 1, false, null)]
    [InlineData("resample_data_or_seg_to_shape", 1, 2, 1, true, 1)]
    [InlineData("resample_data_or_seg_to_shape", 1, 1, 1, true, null)]
    [InlineData("resample_torch_fornnunet", 4, 1, 1, null, 0)]
    [InlineData("resample_torch_simple", 4, 1, 1, null, null)]
    public void OrdersFor_ACoarseAxis_TellsWhetherItIsResampledByItself(string name, double z, double y, double x, bool? forced, int? expected)
    {
        SplineFunction function = Assert.IsType<SplineFunction>(Catalog<ResamplingFunction>.Create(name), exactMatch: false);

        SplineOrders orders = function.OrdersFor(new ResamplingGrids(From, new Spacing(z, y, x), To, new Spacing(1, 1, 1)), new ResamplingRule { Function = name, Order = 1, OrderZ = 0, ForceSeparateZ = forced });

        Assert.Equal(expected, orders.SeparateAxis);
    }

    [Fact]
    public void OrdersFor_TheTorchFunction_CountsItsModeWithinSlicesOnly()
    {
        SplineFunction function = (SplineFunction)Catalog<ResamplingFunction>.Create("resample_torch_fornnunet");
        ResamplingRule rule = new() { Function = "resample_torch_fornnunet", Order = 0, OrderZ = 0 };

        Assert.Equal(new SplineOrders(0, 0, 0), function.OrdersFor(new ResamplingGrids(From, new Spacing(4, 1, 1), To, new Spacing(1, 1, 1)), rule));
        Assert.Equal(1, function.OrdersFor(new ResamplingGrids(From, new Spacing(2, 1, 1), To, new Spacing(1, 1, 1)), rule).Order);
    }

    [Theory]
    [InlineData("resample_torch_simple", null, new short[] { 1, 1, 2 })]
    [InlineData("resample_torch_simple", LabelChoice.MoreThanHalf, new short[] { 1, 0, 2 })]
    [InlineData("resample_data_or_seg_to_shape", null, new short[] { 1, 2, 2 })]
    public void ResampleLabels_BetweenTwo_ChoosesAsTheOriginalDoes(string name, LabelChoice? choice, short[] expected)
    {
        // Given two labels whose middle is sampled
        short[] result = new short[3];
        ResamplingGrids grids = new(new Extent(1, 1, 2), new Spacing(1, 1, 3), new Extent(1, 1, 3), new Spacing(1, 1, 2));

        // When
        Catalog<ResamplingFunction>.Create(name).ResampleLabels([1, 2], result, grids, new ResamplingRule { Function = name, Order = 1, OrderZ = 0, Labels = choice }, CancellationToken.None);

        // Then
        Assert.Equal(expected, result);
    }

    [Fact]
    public void GridsFor_ImagesThatAreNotResampled_KeepTheirVoxels()
    {
        // Given
        ResamplingRule none = new() { Function = "no_resampling_hack", Order = 3, OrderZ = 0 }, spline = new() { Order = 1, OrderZ = 0 };
        PreprocessingRecipe recipe = new()
        {
            Channels = [new ChannelRecipe { Name = "MRI", Normalization = "NoNormalization" }],
            Steps = PreprocessingRecipe.NormalizeFirst,
            TransposeForward = [2, 1, 0],
            Spacing = [9, 9, 9],
            Images = none,
            Segmentations = none,
            Outputs = none,
        };

        // When
        PreprocessedCase prepared = CasePreprocessor.Run([new Volume<float>([1, 2, 3, 4, 5, 6], new Extent(1, 2, 3))], null, [], recipe);

        // Then
        Assert.Equal(new Extent(3, 2, 1), prepared.Data.Extent);
        Assert.Equal([1, 4, 2, 5, 3, 6], prepared.Data[0]);
        Assert.Contains("what the network says is resampled with no_resampling_hack, which keeps the grid", Assert.Single((recipe with { Images = spline, Segmentations = spline }).Faults()), StringComparison.Ordinal);
    }
}
