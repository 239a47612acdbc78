using System.Globalization;
using System.Numerics.Tensors;
using NnUNet.Core.Cropping;
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
        NonFiniteCount count = FiniteVoxels.Count(voxels);
        if (count.Total == 0) return;

        float[] before = _case.Channels[channel];
        throw new PreprocessingException(
            channel < _case.Properties.ListOfDataFiles.Count ? _case.Properties.ListOfDataFiles[channel] : $"channel {channel} of the image",
            string.Create(
                CultureInfo.InvariantCulture,
                $"after resampling and normalisation (\"{_recipe.Channels[channel].Normalization}\") {count.Describe("voxels")}; the image has values from {TensorPrimitives.Min<float>(before):G6} to {TensorPrimitives.Max<float>(before):G6}"),
            "bring the image's values into a range that can be computed with, or correct the intensities in the plan");
    }

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
