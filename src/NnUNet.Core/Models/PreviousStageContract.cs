using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>The stage of a cascade whose segmentation a network sees beside the image.</summary>
/// <remarks>
/// The segmentation is turned, cropped and transposed like the image, resampled to its grid, and enters as one channel of 0 and 1 a
/// label, behind the image's channels.
/// </remarks>
public sealed record PreviousStageContract
{
    /// <summary>The labels that enter, one channel each, in this order.</summary>
    public required ValueArray<int> Labels { get; init; }

    /// <summary>The configuration that makes the segmentation.</summary>
    /// <value>3d_lowres.</value>
    public string Configuration { get; init; } = Planning.Configuration.LowResolution.Name;

    /// <summary>
    /// Whether the segmentation is preprocessed as one of the case itself: what it finds outside of the nonzero mask is normalised with what is
    /// inside, and what else is outside is resampled as a class of its own, as the recipe resamples segmentations.
    /// </summary>
    /// <value>False, as nnU-Net v1 does.</value>
    /// <remarks>Source: nnunetv2/inference/data_iterators.py and default_preprocessor.py, run_case, where it takes the place of the reference.</remarks>
    public bool IsOfCase { get; init; }

    /// <summary>How the segmentation is resampled.</summary>
    /// <value>Linearly along all axes, however coarse one is, as nnU-Net v1 does.</value>
    public ResamplingRule Resampling { get; init; } = new() { Order = 1, OrderZ = 1, ForceSeparateZ = false };
}
