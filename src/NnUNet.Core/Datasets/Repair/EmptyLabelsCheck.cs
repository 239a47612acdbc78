using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Names segmentations without foreground.</summary>
[CatalogName("empty")]
internal sealed class EmptyLabelsCheck : DatasetCheck
{
    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases) =>
        from one in cases
        where one.LabelFile is not null && one.Facts.Labels is { Count: 0 }
        select new CheckFinding(one, 0, one.LabelFile!, CaseVerifier.EmptySegmentation);
}
