using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Bundles;

/// <summary>
/// Where labels that lie one above the other touch, as vertebral bodies never do, gives the parts that hang together their labels anew in their
/// order: <c>{"step": "relabel_in_order", "cubic_mm": 100}</c>.
/// </summary>
/// <remarks>
/// <c>labels</c> names them from top to bottom; without it, all of them in the order of their values. Parts, by faces, of less than
/// <c>cubic_mm</c> go. Counted is from below, beginning with the lowest label that is left; where the first label is there and the last is not,
/// from above. Where no two labels touch, nothing is done. Source: TotalSegmentator 2.18, totalsegmentator/postprocessing.py, postprocess_vertebrae_pp.
/// </remarks>
[CatalogName("relabel_in_order")]
internal sealed class RelabelInOrderStep : CleaningStep
{
    private const int Superior = 2;

    private ValueArray<short> _labels;
    private double _cubicMm;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, Bundle bundle) => (_labels, _cubicMm) = (LabelsOf(parameters, bundle), parameters.Number("cubic_mm", 0));

    /// <inheritdoc/>
    public override void Apply(Volume<short> labels, Volume<short>? mask, double cubicMm, CancellationToken cancel)
    {
        if (VoxelBoxes.Around(labels, _labels, [0, 0, 0]) is not { } box) return;
        Volume<short> part = VoxelBoxes.Cut(labels, box);
        if (!Touch(part)) return;

        cancel.ThrowIfCancellationRequested();
        ComponentMap components = ConnectedComponents.Label(part.Voxels, part.Extent, [.. _labels]);
        bool[] kept = [.. components.Sizes.Select(size => size * cubicMm >= _cubicMm)];
        short[] given = Given(part, components, kept);
        for (int z = 0; z < box.Size.Z; z++)
        {
            for (int y = 0; y < box.Size.Y; y++)
            {
                Span<short> row = labels.Row(box.Start.Z + z, box.Start.Y + y).Slice(box.Start.X, box.Size.X);
                ReadOnlySpan<int> numbers = components.Numbers.AsSpan(((z * box.Size.Y) + y) * box.Size.X, box.Size.X);
                for (int x = 0; x < row.Length; x++)
                {
                    if (numbers[x] > 0) row[x] = given[numbers[x] - 1];
                }
            }
        }
    }

    /// <summary>The new label of each part; 0 for those that go.</summary>
    private short[] Given(Volume<short> part, ComponentMap components, bool[] kept)
    {
        Orientation orientation = Orientation.Of(part.Geometry);
        int up = 2 - orientation.World.ToList().IndexOf(Superior); // in the order (z, y, x)
        double sign = orientation.Sign[2 - up];
        double[] height = new double[kept.Length];
        HashSet<short> left = [];
        for (int at = 0; at < part.Voxels.Length; at++)
        {
            int number = components.Numbers[at] - 1;
            if (number < 0 || !kept[number]) continue;
            int x = at % part.Extent.X, rest = at / part.Extent.X;
            height[number] += up switch { 0 => rest / part.Extent.Y, 1 => rest % part.Extent.Y, _ => x };
            left.Add(part.Voxels[at]);
        }

        int[] present = [.. Enumerable.Range(0, _labels.Count).Where(i => left.Contains(_labels[i]))];
        short[] given = new short[kept.Length];
        if (present.Length == 0) return given;
        bool fromAbove = present[0] == 0 && present[^1] != _labels.Count - 1;
        int[] order = [.. Enumerable.Range(0, kept.Length).Where(i => kept[i]).OrderBy(i => (fromAbove ? -sign : sign) * height[i] / components.Sizes[i])];
        for (int i = 0; i < order.Length; i++)
        {
            int label = fromAbove ? i : present[^1] - i;
            if (label >= 0 && label < _labels.Count) given[order[i]] = _labels[label];
        }

        return given;
    }

    /// <summary>Whether voxels of two of the labels have a face in common.</summary>
    private bool Touch(Volume<short> part)
    {
        bool[] listed = new bool[_labels.Max() + 1];
        foreach (short label in _labels) listed[label] = true;
        (int width, int slice) = (part.Extent.X, part.Extent.SliceCount);
        for (int at = 0; at < part.Voxels.Length; at++)
        {
            short label = part.Voxels[at];
            if (!Is(label)) continue;
            if ((at % width) + 1 < width && Other(at + 1)) return true;
            if ((at % slice) + width < slice && Other(at + width)) return true;
            if (at + slice < part.Voxels.Length && Other(at + slice)) return true;
            bool Other(int neighbour) => part.Voxels[neighbour] != label && Is(part.Voxels[neighbour]);
        }

        return false;

        bool Is(short label) => label < listed.Length && listed[label];
    }
}
