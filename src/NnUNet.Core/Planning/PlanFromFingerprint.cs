using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Plans without images: from the file of a fingerprint to the file of a plan.</summary>
public static class PlanFromFingerprint
{
    /// <summary>Makes a plan from a fingerprint's file, and writes it.</summary>
    /// <param name="fingerprintFile">A <c>dataset_fingerprint.json</c>, or any JSON with its keys (the original's dataset_properties and <c>num_cases</c>).</param>
    /// <param name="plannerName">The planner's name in the catalogue.</param>
    /// <param name="outputFile">The plan's file, replaced if it exists.</param>
    /// <param name="options">What the user decides instead of the planner; null means nothing.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="CatalogException">No planner has that name.</exception>
    /// <exception cref="PlanningException">The fingerprint or the options have faults; all are listed.</exception>
    /// <exception cref="DescribedException">The file cannot be read, is not JSON or lacks a key.</exception>
    public static Plan Run(string fingerprintFile, string plannerName, string outputFile, PlanningOptions? options = null)
    {
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(plannerName);
        DatasetFingerprint fingerprint = ProductJson.TryRead<DatasetFingerprint>(JsonTree.Read(fingerprintFile), out IReadOnlyList<string> faults)
            ?? throw PlanningException.Of(fingerprintFile, faults, "correct it, or measure the data set again");
        FingerprintFaults.ThrowIfAny(fingerprint, options ?? PlanningOptions.Default, fingerprintFile);
        Plan plan = planner.CreatePlan(fingerprint, options);
        PlanFile.Write(outputFile, plan);
        return plan;
    }
}
