using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>
/// Work on the label map of a bundle, which bundles name under <c>cleaning</c> (on the models' grid) or <c>finishing</c> (on the image's
/// voxels). A sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor is found by its name.
/// </summary>
/// <remarks>One instance works on many images: after <see cref="Configure"/> it must not change.</remarks>
public abstract class CleaningStep
{
    /// <summary>The name of the list of labels in a bundle's file.</summary>
    private const string LabelsKey = "labels";

    /// <summary>Takes what the bundle says to the step.</summary>
    /// <param name="parameters">The values beside the step's name.</param>
    /// <param name="bundle">The bundle, whose labels the step may name.</param>
    public abstract void Configure(StepParameters parameters, Bundle bundle);

    /// <summary>What another bundle has to find first, which the step then gets; null for nothing.</summary>
    public virtual BundleMask? Mask => null;

    /// <summary>Cleans a label map by what another bundle has found.</summary>
    /// <param name="labels">The map (z, y, x), with the bundle's values; changed in place.</param>
    /// <param name="mask">1 where the other bundle found something, at the same voxels; null where <see cref="Mask"/> asks for nothing.</param>
    /// <param name="cubicMm">A voxel's size in cubic millimetres.</param>
    /// <param name="cancel">Stops between labels.</param>
    public abstract void Apply(Volume<short> labels, Volume<short>? mask, double cubicMm, CancellationToken cancel);

    /// <summary>Cleans a label map by itself, where <see cref="Mask"/> asks for nothing.</summary>
    /// <param name="labels">The map (z, y, x), at its place in the patient, with the bundle's values; changed in place.</param>
    /// <param name="cubicMm">A voxel's size in cubic millimetres.</param>
    /// <param name="cancel">Stops between labels.</param>
    public void Apply(Volume<short> labels, double cubicMm, CancellationToken cancel) => Apply(labels, null, cubicMm, cancel);

    /// <summary>The values of the labels that a step names under <c>labels</c>; of all labels where it names none.</summary>
    /// <param name="parameters">What is said to the step.</param>
    /// <param name="bundle">The bundle.</param>
    protected static ValueArray<short> LabelsOf(StepParameters parameters, Bundle bundle)
    {
        if (!parameters.Has(LabelsKey)) return bundle.NamedLabels().Select(static l => l.Value).ToValueArray();
        IReadOnlyList<string> names = parameters.Texts(LabelsKey);
        string[] unknown = [.. names.Where(n => bundle.ValueOf(n) == 0)];
        if (unknown.Length > 0) parameters.Refuse(LabelsKey, $"{unknown[0]} is none of the bundle's labels");
        return names.Select(bundle.ValueOf).Where(static v => v > 0).ToValueArray();
    }
}

/// <summary>A step of cleaning that is ready to work.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Optional">Whether it is done only where it is asked for.</param>
/// <param name="OnImage">Whether it works on the image's voxels, not on the models' grid.</param>
/// <param name="Step">The step.</param>
public sealed record ReadyCleaning(string Name, bool Optional, bool OnImage, CleaningStep Step);

/// <summary>What another bundle finds.</summary>
/// <param name="Bundle">The bundle: a name of the program's own, or a JSON file, seen from the one that asks.</param>
/// <param name="Labels">Its labels that count; none for all.</param>
public sealed record BundleMask(string Bundle, ValueArray<string> Labels);
