using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// Makes predictions of inside (1) and border (2) into single objects 1, 2, 3, …, the way back of <c>border</c>:
/// <c>{"step": "instances", "small_core_voxels": 30, "isolated_border_voxels": 15}</c>.
/// </summary>
/// <remarks>
/// Connected insides are objects, which grow into the border at the same pace in millimetres; insides of few voxels count as border, and
/// border that touches no inside is an object of its own where it has enough voxels. Source: nnunet/dataset_conversion/
/// Task076_Fluo_N3DH_SIM.py, convert_to_instance_seg2, and Task089_Fluo-N2DH-SIM.py. Where there is no inside at all, the original never ends.
/// </remarks>
[CatalogName("instances")]
internal sealed class InstancesStep : ConversionStep
{
    private const int Inside = 1;
    private const int Border = 2;

    private int _smallCore;
    private int _isolatedBorder;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters) =>
        (_smallCore, _isolatedBorder) = (parameters.Whole("small_core_voxels", 0), parameters.Whole("isolated_border_voxels", 1));

    /// <inheritdoc/>
    public override Volume<int> Labels(Volume<int> labels, StepContext context)
    {
        int[] parts = WithoutSmallCores(labels);
        ComponentMap cores = Components(parts, labels.Extent, static v => v == Inside);
        int[] objects = Grow(parts, cores.Numbers, labels.Extent, labels.Geometry.Spacing);
        AddIsolated(parts, objects, labels.Extent, cores.Sizes.Count);
        return new Volume<int>(objects, labels.Extent, labels.Geometry);
    }

    private static ComponentMap Components(int[] voxels, Extent extent, Converter<int, bool> isIn) =>
        ConnectedComponents.Label(Array.ConvertAll(voxels, isIn), extent, diagonal: true);

    private int[] WithoutSmallCores(Volume<int> labels)
    {
        ComponentMap cores = Components(labels.Voxels, labels.Extent, static v => v == Inside);
        return [.. labels.Voxels.Select((v, i) => v == Inside && cores.Sizes[cores.Numbers[i] - 1] <= _smallCore ? Border : v)];
    }

    /// <summary>The objects with their share of the border.</summary>
    private static int[] Grow(int[] parts, int[] cores, Extent extent, Spacing spacing)
    {
        int[] objects = (int[])cores.Clone();
        int[] current = (int[])cores.Clone();
        bool[] border = Array.ConvertAll(parts, static v => v == Border);
        int left = Array.TrueForAll(cores, static c => c == 0) ? 0 : border.AsSpan().Count(true);
        double[] mm = spacing.ToArray();
        double[] grown = new double[3];
        while (left > 0)
        {
            double most = grown.Max();
            bool[] along = [.. Enumerable.Range(0, 3).Select(axis => mm[axis] == mm.Min() || grown[axis] + (mm[axis] / 2) < most)];
            int[] next = Dilated(current, extent, along);
            for (int i = 0; i < next.Length; i++)
            {
                if (current[i] != 0 || next[i] == 0 || !border[i]) continue;
                objects[i] = next[i];
                border[i] = false;
                left--;
            }

            current = next;
            for (int axis = 0; axis < 3; axis++) grown[axis] += along[axis] ? mm[axis] : 0;
        }

        return objects;
    }

    /// <summary>The largest number among each voxel and its two neighbours along some axes; also within objects, as the original's dilation.</summary>
    private static int[] Dilated(int[] voxels, Extent extent, bool[] along)
    {
        int[] result = (int[])voxels.Clone();
        int[] steps = [extent.SliceCount, extent.X, 1];
        for (int axis = 0; axis < 3; axis++)
        {
            if (!along[axis]) continue;
            int step = steps[axis];
            for (int i = 0; i < voxels.Length; i++)
            {
                int place = i / step % extent[axis];
                if (place > 0) result[i] = Math.Max(result[i], voxels[i - step]);
                if (place < extent[axis] - 1) result[i] = Math.Max(result[i], voxels[i + step]);
            }
        }

        return result;
    }

    /// <summary>Gives border that is connected to no inside numbers of its own.</summary>
    private void AddIsolated(int[] parts, int[] objects, Extent extent, int last)
    {
        ComponentMap foreground = Components(parts, extent, static v => v != 0);
        bool[] hasInside = new bool[foreground.Sizes.Count + 1];
        for (int i = 0; i < parts.Length; i++) hasInside[foreground.Numbers[i]] |= parts[i] == Inside;
        int[] numbers = new int[hasInside.Length];
        for (int part = 1; part < numbers.Length; part++)
        {
            if (!hasInside[part] && foreground.Sizes[part - 1] >= _isolatedBorder) numbers[part] = ++last;
        }

        for (int i = 0; i < objects.Length; i++)
        {
            if (numbers[foreground.Numbers[i]] is > 0 and int own) objects[i] = own;
        }
    }
}
