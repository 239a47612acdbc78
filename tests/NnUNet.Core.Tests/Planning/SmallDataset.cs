using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Planning;

/// <summary>Data sets that exist as fingerprints only.</summary>
internal static class SmallDataset
{
    /// <summary>Twenty anisotropic cases of two channels, large enough for a low resolution.</summary>
    public static DatasetFingerprint Anisotropic() => Create(20, [160, 512, 512], [3, 0.8, 0.8]);

    /// <summary>Cases of one size and spacing (z, y, x), a CT and an MR channel, labels 1 and 2.</summary>
    public static DatasetFingerprint Create(int cases, ValueArray<int> size, ValueArray<double> spacing) => new()
    {
        NumCases = cases,
        AllSizes = [.. Enumerable.Repeat(size, cases)],
        AllSpacings = [.. Enumerable.Repeat(spacing, cases)],
        AllClasses = [1, 2],
        Modalities = new() { [0] = "CT", [1] = "MR" },
        SizeReductions = new(Enumerable.Range(0, cases).ToDictionary(static i => $"case_{i:000}", static _ => 0.5)),
    };
}
