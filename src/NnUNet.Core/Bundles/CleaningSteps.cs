using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;

namespace NnUNet.Core.Bundles;

/// <summary>Makes the steps of cleaning that a bundle names.</summary>
public static class CleaningSteps
{
    /// <summary>The steps that are done on the models' grid: all but the optional ones that nobody asks for.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="asked">Names of optional steps.</param>
    /// <exception cref="DescribedException">A name is not that of an optional step of the bundle.</exception>
    public static IReadOnlyList<CleaningStep> Chosen(Bundle bundle, IReadOnlyCollection<string> asked) => Chosen(bundle, asked, onImage: false);

    /// <summary>The steps that are done on the image's voxels: all but the optional ones that nobody asks for.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="asked">Names of optional steps.</param>
    /// <exception cref="DescribedException">A name is not that of an optional step of the bundle.</exception>
    public static IReadOnlyList<CleaningStep> Finishing(Bundle bundle, IReadOnlyCollection<string> asked) => Chosen(bundle, asked, onImage: true);

    /// <summary>All steps of a bundle.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="faults">Gets what is wrong with them.</param>
    internal static IReadOnlyList<ReadyCleaning> Of(Bundle bundle, List<string> faults) => [.. Of(bundle, bundle.Cleaning, "cleaning", false, faults), .. Of(bundle, bundle.Finishing, "finishing", true, faults)];

    private static IReadOnlyList<CleaningStep> Chosen(Bundle bundle, IReadOnlyCollection<string> asked, bool onImage)
    {
        IReadOnlyList<ReadyCleaning> steps = Of(bundle, []);
        string[] optional = [.. steps.Where(static s => s.Optional).Select(static s => s.Name).Distinct()];
        if (asked.FirstOrDefault(a => !optional.Contains(a)) is { } unknown)
        {
            throw new DescribedException($"step {unknown}", $"the bundle {bundle.Name} has no optional step of this name", optional.Length == 0 ? "leave it out" : Nearest.Remedy(unknown, optional));
        }

        return [.. steps.Where(s => s.OnImage == onImage && (!s.Optional || asked.Contains(s.Name))).Select(static s => s.Step)];
    }

    private static List<ReadyCleaning> Of(Bundle bundle, IReadOnlyList<BundleStep> steps, string where, bool onImage, List<string> faults)
    {
        List<ReadyCleaning> ready = [];
        foreach ((int i, BundleStep step) in steps.Index())
        {
            if (!Catalog<CleaningStep>.Contains(step.Step))
            {
                faults.Add($"{where}[{i}].step is \"{step.Step}\", which is no step; {Nearest.Remedy(step.Step, Catalog<CleaningStep>.Names)}");
                continue;
            }

            StepParameters parameters = new($"{where}[{i}]", step.Parameters);
            CleaningStep made = Catalog<CleaningStep>.Create(step.Step);
            made.Configure(parameters, bundle);
            faults.AddRange(parameters.Faults);
            if (made.Mask is not null && !onImage) faults.Add($"{where}[{i}].step is \"{step.Step}\", which works on the image's voxels and belongs under finishing");
            ready.Add(new ReadyCleaning(step.Step, step.Optional, onImage, made));
        }

        return ready;
    }
}
