using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>Regions that may overlap, in the order of a network's outputs, and the label with which each is painted into a segmentation.</summary>
/// <param name="Regions">The regions.</param>
/// <param name="ClassOrder">Their labels in the same order; a later one lies on top of earlier ones.</param>
public sealed record LabelRegions(ValueArray<LabelRegion> Regions, ValueArray<int> ClassOrder)
{
    // Keys that stand beside the structures in files of scores.
    private static readonly string[] Reserved = ["mean", "reference", "test"];

    /// <summary>The regions of the BraTS challenge, of the labels 1 oedema, 2 necrosis and non-enhancing tumour, 3 enhancing tumour.</summary>
    /// <remarks>Source: nnunet/evaluation/region_based_evaluation.py, get_brats_regions.</remarks>
    public static LabelRegions BraTS { get; } = new([new("whole tumor", [1, 2, 3]), new("tumor core", [2, 3]), new("enhancing tumor", [3])], [1, 2, 3]);

    /// <summary>Whether a network learns the same outputs by others: the same labels in each region, painted in the same order, whatever the regions are called.</summary>
    public bool AreSameOutputsAs(LabelRegions other) =>
        ClassOrder == other.ClassOrder && Regions.Count == other.Regions.Count && Regions.Zip(other.Regions).All(static p => SameLabels(p.First, p.Second));

    /// <summary>What is wrong with them, each in one sentence without its full stop; empty when nothing is.</summary>
    /// <param name="labels">The labels that are declared, with the background or without it.</param>
    public IEnumerable<string> Faults(IEnumerable<int> labels)
    {
        HashSet<int> declared = [.. labels];
        foreach (string fault in FaultsOf(Regions)) yield return fault;
        foreach (LabelRegion region in Regions)
        {
            if (region.Labels.Count == 0) yield return $"the region \"{region.Name}\" has no label";
            if (region.Labels.Contains(0)) yield return $"the region \"{region.Name}\" has the label 0, which is the background and belongs to no region";
            int[] unknown = [.. region.Labels.Where(l => l != 0 && !declared.Contains(l)).Distinct()];
            if (unknown.Length > 0) yield return $"the region \"{region.Name}\" has {Named(unknown)}, which {(unknown.Length == 1 ? "is" : "are")} not declared";
        }

        foreach (string fault in OrderFaults(declared)) yield return fault;
    }

    /// <summary>What is wrong with regions whatever labels there are, each in one sentence without its full stop.</summary>
    /// <param name="regions">The regions.</param>
    public static IEnumerable<string> FaultsOf(IReadOnlyList<LabelRegion> regions)
    {
        foreach (LabelRegion region in regions)
        {
            if (NameFault(region.Name) is { } fault) yield return fault;
            int[] twice = [.. region.Labels.GroupBy(static l => l).Where(static g => g.Count() > 1).Select(static g => g.Key)];
            if (twice.Length > 0) yield return $"the region \"{region.Name}\" has {Named(twice)} twice";
        }

        foreach (IGrouping<string, LabelRegion> same in regions.GroupBy(static r => r.Name).Where(static g => g.Count() > 1)) yield return $"the region \"{same.Key}\" is there {same.Count()} times";
        for (int later = 1; later < regions.Count; later++)
        {
            if (regions.Take(later).FirstOrDefault(earlier => SameLabels(earlier, regions[later])) is { } same) yield return $"the regions \"{same.Name}\" and \"{regions[later].Name}\" have the same labels";
        }
    }

    /// <summary>Labels that belong to no region, so that training takes them for background.</summary>
    /// <param name="labels">The labels that are declared.</param>
    public IReadOnlyList<int> Outside(IEnumerable<int> labels) => [.. labels.Where(l => l > 0 && !Regions.Any(r => r.Labels.Contains(l)))];

    /// <summary>Both for people: <c>whole tumour (1, 2, 3) as 1, tumour core (2, 3) as 2</c>.</summary>
    public override string ToString() => string.Join(", ", Regions.Select((region, i) => i < ClassOrder.Count ? string.Create(CultureInfo.InvariantCulture, $"{region} as {ClassOrder[i]}") : region.ToString()));

    private IEnumerable<string> OrderFaults(HashSet<int> declared)
    {
        if (ClassOrder.Count != Regions.Count)
        {
            yield return $"{(Regions.Count == 1 ? "there is one region" : $"there are {Regions.Count} regions")} ({string.Join(", ", Regions.Select(static r => r.Name))}), but regions_class_order {(ClassOrder.Count == 0 ? "is missing" : $"has {ClassOrder.Count} {(ClassOrder.Count == 1 ? "label" : "labels")}")}, which must give the label with which each is painted";
            yield break;
        }

        if (ClassOrder.Contains(0)) yield return $"regions_class_order is {ClassOrder}, but 0 is the background, with which no region is painted";
        int[] unknown = [.. ClassOrder.Where(l => l != 0 && !declared.Contains(l)).Distinct()];
        if (unknown.Length > 0) yield return $"regions_class_order has {Named(unknown)}, which {(unknown.Length == 1 ? "is" : "are")} not declared";
        int[] twice = [.. ClassOrder.GroupBy(static l => l).Where(static g => g.Count() > 1).Select(static g => g.Key)];
        if (twice.Length > 0) yield return $"regions_class_order has {Named(twice)} twice, so that two regions would look the same";
        for (int i = 0; i < Regions.Count; i++)
        {
            LabelRegion region = Regions[i];
            if (region.Labels.Count > 0 && ClassOrder[i] != 0 && declared.Contains(ClassOrder[i]) && !region.Labels.Contains(ClassOrder[i])) yield return $"the region {region} is painted with {ClassOrder[i]} by regions_class_order, which does not belong to it";

            // What is painted later lies on top, so that of a smaller region nothing would be left.
            LabelRegion? covered = Regions.Take(i).FirstOrDefault(earlier => earlier.Labels.All(region.Labels.Contains) && !SameLabels(earlier, region));
            if (covered is not null) yield return $"the region {region} comes after {covered} and would be painted over it; larger regions come first";
        }
    }

    private static string? NameFault(string name) =>
        string.IsNullOrWhiteSpace(name) ? "a region has no name"
        : int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? $"a region is called \"{name}\", which would be taken for a label"
        : Reserved.Contains(name, StringComparer.Ordinal) ? $"a region is called \"{name}\", which means something else in files of scores"
        : null;

    private static bool SameLabels(LabelRegion one, LabelRegion other) => one.Labels.ToHashSet().SetEquals(other.Labels);

    private static string Named(int[] labels) => $"{(labels.Length == 1 ? "the label" : "the labels")} {string.Join(", ", labels)}";
}
