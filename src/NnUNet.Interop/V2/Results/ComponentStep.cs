using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Interop.V2.Results;

/// <summary>One step of v2's postprocessing: of some labels together only the largest component stays.</summary>
/// <param name="Regions">The labels and regions that are one mask.</param>
/// <param name="IsList">Whether they are written as a list, also where it is one.</param>
/// <param name="Background">The label of what is removed.</param>
/// <remarks>
/// Voxels are connected through edges and corners too, unlike in v1; of equally large components all stay. Source:
/// nnunetv2/postprocessing/remove_connected_components.py, remove_all_but_largest_component_from_segmentation.
/// </remarks>
internal sealed record ComponentStep(ValueArray<ComponentRegion> Regions, bool IsList, short Background = 0)
{
    /// <summary>The step for several labels together.</summary>
    public static ComponentStep All(IEnumerable<int> labels) => new([.. labels.Select(ComponentRegion.Of)], true);

    /// <summary>The step for one label or region.</summary>
    public static ComponentStep Of(ComponentRegion region) => new([region], false);

    /// <summary>The labels for people: <c>1, 2 together</c>.</summary>
    public string Text => string.Join(", ", Regions) + (Regions.Count > 1 ? " together" : "");

    /// <summary>Removes from a segmentation (z, y, x), in place.</summary>
    public void Apply(Volume<short> labels)
    {
        HashSet<int> members = [.. Regions.SelectMany(static r => r.Classes)];
        bool[] mask = new bool[labels.Voxels.Length];
        for (int i = 0; i < mask.Length; i++) mask[i] = members.Contains(labels.Voxels[i]);
        ComponentMap components = ConnectedComponents.Label(mask, labels.Extent, diagonal: true);
        if (components.Sizes.Count < 2) return;

        int largest = components.Sizes.Max();
        for (int i = 0; i < mask.Length; i++)
        {
            if (components.Numbers[i] > 0 && components.Sizes[components.Numbers[i] - 1] != largest) labels.Voxels[i] = Background;
        }
    }
}
