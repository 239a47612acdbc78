using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;

namespace NnUNet.Core.Bundles;

/// <summary>Makes the steps of cleaning that a bundle names.</summary>
public static class CleaningSteps
{
    /// <summary>The steps that are done: all but the optional ones that nobody asks for.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="asked">Names of optional steps.</param>
    /// <exception cref="DescribedException">A name is not that of an optional step of the bundle.</exception>
    public static IReadOnlyList<CleaningStep> Chosen(Bundle bundle, IReadOnlyCollection<string> asked)
    {
        IReadOnlyList<ReadyCleaning> steps = Of(bundle, []);
        string[] optional = [.. steps.Where(static s => s.Optional).Select(static s => s.Name).Distinct()];
        if (asked.FirstOrDefault(a => !optional.Contains(a)) is { } unknown)
        {
            throw new DescribedException($"step {unknown}", $"the bundle {bundle.Name} has no optional step of this name", optional.Length == 0 ? "leave it out" : Nearest.Remedy(unknown, optional));
        }

        return [.. steps.Where(s => !s.Optional || asked.Contains(s.Name)).Select(static s => s.Step)];
    }

    /// <summary>All steps of a bundle.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="faults">Gets what is wrong with them.</param>
    internal static IReadOnlyList<ReadyCleaning> Of(Bundle bundle, List<string> faults)
    {
        List<ReadyCleaning> ready = [];
        foreach ((int i, BundleStep step) in bundle.Cleaning.Index())
        {
            if (!Catalog<CleaningStep>.Contains(step.Step))
            {
                faults.Add($"cleaning[{i}].step is \"{step.Step}\", which is no step; {Nearest.Remedy(step.Step, Catalog<CleaningStep>.Names)}");
                continue;
            }

            StepParameters parameters = new($"cleaning[{i}]", step.Parameters);
            CleaningStep made = Catalog<CleaningStep>.Create(step.Step);
            made.Configure(parameters, bundle);
            faults.AddRange(parameters.Faults);
            ready.Add(new ReadyCleaning(step.Step, step.Optional, made));
        }

        return ready;
    }
}
