using NnUNet.Core.Fingerprints;

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
        List<string> faults = [.. fingerprint.Faults(), .. options.Faults()];
        if (faults.Count > 0) throw PlanningException.Of(where, faults, "correct it, or measure the data set again");
    }
}
