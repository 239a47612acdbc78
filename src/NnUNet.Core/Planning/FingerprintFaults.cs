using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Checks that a fingerprint says all that planning needs.</summary>
internal static class FingerprintFaults
{
    /// <summary>Number of cases; that of the sizes where the file does not say it (the original's has no such key).</summary>
    public static int CaseCount(DatasetFingerprint fingerprint) => fingerprint.NumCases > 0 ? fingerprint.NumCases : fingerprint.AllSizes.Count;

    /// <summary>Throws one exception that lists all faults.</summary>
    /// <param name="fingerprint">The data set.</param>
    /// <param name="options">The user's options.</param>
    /// <param name="where">The file.</param>
    /// <exception cref="PlanningException">There are faults.</exception>
    public static void ThrowIfAny(DatasetFingerprint fingerprint, PlanningOptions options, string where = "data set fingerprint")
    {
        List<string> faults = [.. Of(fingerprint), .. options.Faults()];
        if (faults.Count > 0) throw PlanningException.Of(where, faults, "correct it, or measure the data set again");
    }

    private static IEnumerable<string> Of(DatasetFingerprint f)
    {
        if (f.NumCases < 0) yield return $"num_cases is {f.NumCases}, but must not be negative";
        if (f.AllSizes.Count == 0) yield return "all_sizes is empty: there is no case";
        if (f.AllSizes.Count != f.AllSpacings.Count) yield return $"all_sizes has {f.AllSizes.Count} cases, but all_spacings has {f.AllSpacings.Count}";
        foreach ((int i, ValueArray<int> size) in f.AllSizes.Index())
        {
            if (size.Count != 3 || size.Any(static s => s < 1)) yield return $"all_sizes[{i}] is {size}, but must be three numbers of at least 1 (z, y, x)";
        }

        foreach ((int i, ValueArray<double> spacing) in f.AllSpacings.Index())
        {
            if (spacing.Count != 3 || spacing.Any(static s => !(double.IsFinite(s) && s > 0)))
                yield return $"all_spacings[{i}] is {spacing}, but must be three numbers greater than 0 (z, y, x in mm)";
        }

        if (f.AllClasses.Count == 0) yield return "all_classes is empty: there is nothing to segment";
        if (f.Modalities.Count == 0 || !f.Modalities.Keys.SequenceEqual(Enumerable.Range(0, f.Modalities.Count)))
            yield return $"modalities has the keys [{string.Join(", ", f.Modalities.Keys)}], but must number the channels 0, 1, …";
    }
}
