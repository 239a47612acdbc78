using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Names images that have one value everywhere.</summary>
[CatalogName("constant")]
internal sealed class ConstantImagesCheck : DatasetCheck
{
    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases) =>
        from channel in Channels(cases)
        from one in channel.Images
        where one.Image.Constant is not null
        select new CheckFinding(one.Case, channel.Channel, one.Image.File, string.Create(CultureInfo.InvariantCulture, $"every voxel is {one.Image.Constant}"));
}
