using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>
/// One way to find cases that do not look like the others. Nothing is changed. A sealed class with
/// <see cref="CatalogNameAttribute"/> and a parameterless constructor takes part in every repair.
/// </summary>
public abstract class DatasetCheck
{
    /// <summary>What is odd.</summary>
    /// <param name="cases">All cases that could be read, training cases first.</param>
    public abstract IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases);

    /// <summary>The images of each channel with their cases.</summary>
    protected static IEnumerable<(int Channel, (CheckedCase Case, ImageFacts Image)[] Images)> Channels(IReadOnlyList<CheckedCase> cases) =>
        from channel in Enumerable.Range(0, cases.Select(static c => c.Facts.Images.Count).DefaultIfEmpty(0).Max())
        select (channel, cases.Where(c => c.Facts.Images.Count > channel).Select(c => (c, c.Facts.Images[channel])).ToArray());
}
