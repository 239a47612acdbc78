using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// Gives images and segmentations their spacing where the files do not know it: <c>{"step": "spacing", "mm": [50, 4, 4]}</c>, in the order
/// (z, y, x), or two numbers (y, x) for pictures. The first voxel lies at 0 and the axes are those of the world.
/// </summary>
/// <remarks>Source: nnunet/dataset_conversion, the tasks 58, 59, 61, 75, 76 and 89.</remarks>
[CatalogName("spacing")]
internal sealed class SpacingStep : ConversionStep
{
    private ImageGeometry _geometry = ImageGeometry.Identity;

    /// <inheritdoc/>
    public override bool ChangesImages => true;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters)
    {
        IReadOnlyList<double> mm = parameters.Numbers("mm");
        if (mm.Count == 3) _geometry = ImageGeometry.FromSpacing(new Spacing(mm[0], mm[1], mm[2]));
        else if (mm.Count == 2) _geometry = ImageGeometry.Identity with { Dimensions = 2, ItkSpacing = [mm[1], mm[0], 1] };
        else parameters.Refuse("mm", "must be three numbers (z, y, x), or two (y, x) for pictures");
    }

    /// <inheritdoc/>
    public override Volume<float> Image(Volume<float> image, StepContext context) => image.WithGeometry(Checked(image.Extent, context));

    /// <inheritdoc/>
    public override Volume<int> Labels(Volume<int> labels, StepContext context) => labels.WithGeometry(Checked(labels.Extent, context));

    private ImageGeometry Checked(Extent extent, StepContext context) => _geometry.Dimensions == 3 || extent.Z == 1
        ? _geometry
        : throw new DescribedException(context.CaseId, $"it has {extent.Z} slices, where pictures of one are expected", "check the source");
}
