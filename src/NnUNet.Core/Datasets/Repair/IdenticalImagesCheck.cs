using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Names images that are the same voxel by voxel, whatever their files look like: a patient in training and test, a case twice, a channel in the place of another.</summary>
[CatalogName("identical")]
internal sealed class IdenticalImagesCheck : DatasetCheck
{
    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases)
    {
        IEnumerable<(CheckedCase Case, int Channel, ImageFacts Image)> images = cases.SelectMany(static c => c.Facts.Images.Select((image, channel) => (Case: c, Channel: channel, Image: image))).Where(static i => i.Image.Constant is null);
        foreach (IGrouping<string, (CheckedCase Case, int Channel, ImageFacts Image)> same in images.GroupBy(static i => i.Image.Hash).Where(static g => g.Count() > 1))
        {
            (CheckedCase Case, int Channel, ImageFacts Image)[] all = [.. same];
            bool leak = all.Any(static i => i.Case.Case.IsTraining) && all.Any(static i => !i.Case.Case.IsTraining);
            bool within = all.Select(static i => i.Case.Name).Distinct().Count() == 1;
            string others = string.Join(", ", all.Skip(1).Select(static i => i.Image.File));
            string what = leak ? $"the same image is in training and test, so that scores of the test images say nothing: {others}" : within ? $"the same image is another channel of the case: {others}" : $"the same image voxel by voxel: {others}";
            yield return new CheckFinding(all[0].Case, all[0].Channel, all[0].Image.File, what);
        }
    }
}
