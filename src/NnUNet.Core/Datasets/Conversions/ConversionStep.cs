using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>What a step knows of the case beside its voxels.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Original">Where the voxels of the case's image lay in the source; null where that is not known.</param>
public sealed record StepContext(string CaseId, ImageGeometry? Original);

/// <summary>
/// Work on the voxels of a case beyond renaming, which descriptions of data sets name under <c>steps</c>. A sealed class with
/// <see cref="CatalogNameAttribute"/> and a parameterless constructor is found by its name.
/// </summary>
/// <remarks>One instance works on many cases at once: after <see cref="Configure"/> it must not change.</remarks>
public abstract class ConversionStep
{
    /// <summary>Takes what the description says to the step.</summary>
    /// <param name="parameters">The values beside the step's name.</param>
    public virtual void Configure(StepParameters parameters)
    {
    }

    /// <summary>Whether images change too, and not segmentations alone.</summary>
    /// <value>False.</value>
    public virtual bool ChangesImages => false;

    /// <summary>Whether the step looks at <see cref="StepContext.Original"/>.</summary>
    /// <value>False.</value>
    public virtual bool NeedsOriginal => false;

    /// <summary>The image (z, y, x) after the step.</summary>
    public virtual Volume<float> Image(Volume<float> image, StepContext context) => image;

    /// <summary>The segmentation (z, y, x) after the step. In a conversion its values are the source's own, before they become labels.</summary>
    public virtual Volume<int> Labels(Volume<int> labels, StepContext context) => labels;
}
