using System.Globalization;
using System.Numerics.Tensors;
using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Carries a recipe's steps out in their order, on a case that is cropped already.</summary>
/// <remarks>
/// One channel after the other, so that beside the case and the result there is one channel in memory.
/// Source: nnunet/preprocessing/preprocessing.py, GenericPreprocessor.preprocess_test_case and resample_and_normalize.
/// </remarks>
internal sealed class RecipeSteps
{
    /// <summary>Where a single voxel makes up this share of a channel's variance, the others have next to none left.</summary>
    private const double OutlierShare = 0.1;

    /// <summary>In a smaller image, a single voxel may well be a share of it.</summary>
    private const int FewestForOutliers = 1000;

    private readonly List<DatasetFault> _warnings = [];
    private readonly PreprocessingRecipe _recipe;
    private readonly CroppedCase _case;
    private readonly string _where;
    private readonly ResamplingGrids _grids;
    private readonly int[] _order;

    private RecipeSteps(PreprocessingRecipe recipe, CroppedCase cropped, string where)
    {
        (_recipe, _case, _where) = (recipe, cropped, where);
        _order = recipe.TransposeForward.ToArray();
        _grids = recipe.GridsFor(cropped.Extent, Spacing.From(cropped.Properties.OriginalSpacing.AsSpan()), where);
    }

    /// <summary>Carries the steps out.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="cropped">The case; not changed.</param>
    /// <param name="cancel">Stops between and within the steps.</param>
    /// <exception cref="PreprocessingException">The case does not fit the recipe.</exception>
    public static PreprocessedCase Run(PreprocessingRecipe recipe, CroppedCase cropped, CancellationToken cancel)
    {
        string where = cropped.Properties.ListOfDataFiles.Count > 0 ? cropped.Properties.ListOfDataFiles[0] : "image";
        if (cropped.Channels.Length != recipe.Channels.Count)
        {
            throw new PreprocessingException(where, $"the case has {cropped.Channels.Length} channels, but the plan {recipe.Channels.Count}", "give the channels that the plan was made for");
        }

        string[] faults = [.. recipe.Faults()];
        return faults.Length == 0
            ? new RecipeSteps(recipe, cropped, where).Run(cancel)
            : throw new PreprocessingException("preprocessing", string.Join("; ", faults), "correct the model's plan, or name the plug-in that has what it asks for");
    }

    private PreprocessedCase Run(CancellationToken cancel)
    {
        (short[] labels, short[] mask) = Segmentation(cancel);
        float[][] data = new float[_case.Channels.Length][];
        for (int c = 0; c < data.Length; c++) data[c] = Channel(c, mask, cancel);
        CaseProperties properties = _case.Properties with
        {
            UseNonzeroMaskForNorm = new(_recipe.Channels.Index().ToDictionary(static c => c.Index, static c => c.Item.UseMask)),
            SizeAfterResampling = [.. _grids.To.ToArray()],
            SpacingAfterResampling = [.. _grids.ToSpacing.ToArray()],
            InputWarnings = _warnings.Count == 0 ? _case.Properties.InputWarnings : _case.Properties.Warnings.Concat(_warnings).ToValueArray(),
        };
        return new PreprocessedCase(new MultiChannelArray<float>(_grids.To, data), labels, properties);
    }

    /// <summary>The segmentation after all steps, and on the grid on which channels are normalised.</summary>
    private (short[] Labels, short[] Mask) Segmentation(CancellationToken cancel)
    {
        (short[] labels, short[] mask) = (_case.Segmentation, _case.Segmentation);
        foreach (CaseStep step in _recipe.Steps)
        {
            if (step == CaseStep.Transpose) labels = Ordered(labels);
            if (step == CaseStep.Normalize) mask = labels;
            if (step == CaseStep.Resample) labels = Resampled(labels, cancel);
        }

        return (labels, mask);
    }

    private float[] Channel(int channel, short[] mask, CancellationToken cancel)
    {
        float[] voxels = _case.Channels[channel];
        foreach (CaseStep step in _recipe.Steps)
        {
            if (step == CaseStep.Transpose) voxels = Ordered(voxels);
            if (step == CaseStep.Resample) voxels = Resampled(voxels, cancel);
            if (step == CaseStep.Normalize)
            {
                // The case's own array is not to be changed.
                if (ReferenceEquals(voxels, _case.Channels[channel])) voxels = [.. voxels];
                Normalize(voxels, mask, _recipe.Channels[channel], channel);
            }
        }

        CheckFinite(voxels, channel);
        return voxels;
    }

    /// <summary>Whatever the steps make of finite voxels is to be finite too, or the network would say nothing about the whole image.</summary>
    private void CheckFinite(float[] voxels, int channel)
    {
        // The largest magnitude is no number where any voxel is none, so that one pass over the memory tells both.
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(voxels));
        string where = NonzeroCrop.NameOf(_case.Properties.ListOfDataFiles, channel, _case.Channels.Length);
        if (!float.IsFinite(largest))
        {
            throw new PreprocessingException(
                where,
                $"after resampling and normalisation (\"{_recipe.Channels[channel].Normalization}\") {FiniteVoxels.Count(voxels).Describe("voxels")}; the image has {Range(channel)}",
                "bring the image's values into a range that can be computed with, or correct the intensities in the plan");
        }

        if (voxels.Length < FewestForOutliers || (double)largest * largest < OutlierShare * voxels.Length) return;
        if (!Catalog<NormalizationScheme>.Create(_recipe.Channels[channel].Normalization).StandardizesCases) return;
        _warnings.Add(new DatasetFault(
            where, $"the image has {Range(channel)}, and so few voxels at the far end that everything else looks the same to the network", "correct these voxels, or cut the image's values off at a sensible one"));
    }

    private string Range(int channel) => string.Create(
        CultureInfo.InvariantCulture, $"values from {TensorPrimitives.Min<float>(_case.Channels[channel]):G6} to {TensorPrimitives.Max<float>(_case.Channels[channel]):G6}");

    private void Normalize(float[] voxels, short[] mask, ChannelRecipe channel, int number)
    {
        NormalizationScheme scheme = Catalog<NormalizationScheme>.Create(channel.Normalization);
        if (scheme.NeedsIntensities && channel.Intensities is null)
        {
            throw new PreprocessingException(
                _where, $"the plan has no intensities of channel {number}, but its normalisation \"{channel.Normalization}\" needs them", "name the channel CT in dataset.json and plan again");
        }

        scheme.Apply(voxels, mask, channel.UseMask, channel.Intensities);
    }

    private float[] Resampled(float[] voxels, CancellationToken cancel)
    {
        if (_grids.From == _grids.To) return voxels;
        float[] result = new float[_grids.To.Count];
        ResamplingFunction.Of(_recipe.Images).Resample(voxels, result, _grids, _recipe.Images, cancel);
        return result;
    }

    private short[] Resampled(short[] labels, CancellationToken cancel)
    {
        if (_grids.From == _grids.To) return [.. labels];
        short[] result = new short[_grids.To.Count];
        ResamplingFunction.Of(_recipe.Segmentations).ResampleLabels(labels, result, _grids, _recipe.Segmentations, cancel);
        return result;
    }

    private T[] Ordered<T>(T[] voxels) => AxisOrder.IsIdentity(_order) ? voxels : AxisOrder.Transpose<T>(voxels, _case.Extent, _order);
}
