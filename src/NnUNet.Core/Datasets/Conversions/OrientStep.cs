using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Turns images and segmentations to one orientation: <c>{"step": "orient", "to": "RAS"}</c>.</summary>
/// <remarks>Source: nnunet/dataset_conversion/Task062_NIHPancreas.py, Task056_Verse_normalize_orientation.py.</remarks>
[CatalogName("orient")]
internal sealed class OrientStep : ConversionStep
{
    private Orientation _to = Orientation.Of(ImageGeometry.Identity);

    /// <inheritdoc/>
    public override bool ChangesImages => true;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters)
    {
        if (Orientation.TryParse(parameters.Text("to")) is { } to) _to = to;
        else parameters.Refuse("to", "must be three letters that say where the axes x, y, z lead to, such as RAS or LPS");
    }

    /// <inheritdoc/>
    public override Volume<float> Image(Volume<float> image, StepContext context) => Reorientation.To(image, _to);

    /// <inheritdoc/>
    public override Volume<int> Labels(Volume<int> labels, StepContext context) => Reorientation.To(labels, _to);
}
