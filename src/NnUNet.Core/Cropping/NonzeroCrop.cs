using System.Numerics;
using System.Runtime.InteropServices;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Cropping;

/// <summary>Crops a case to the box around the voxels that are nonzero in any channel, holes filled.</summary>
/// <remarks>
/// A voxel that is not finite counts as nonzero, and becomes 0 afterwards, with a warning (the original does so with NaN in 3D only,
/// and in 2D passes NaN on).
/// Source: nnunet/preprocessing/cropping.py, crop_to_nonzero; preprocessing.py, resample_and_normalize.
/// </remarks>
internal static class NonzeroCrop
{
    /// <summary>The segmentation's value outside the nonzero mask.</summary>
    public const short Outside = -1;

    /// <summary>Crops a case.</summary>
    /// <param name="channels">The channels on one grid (z, y, x); kept as they are, and used again where nothing is cut off.</param>
    /// <param name="labels">The segmentation on the same grid, or null: then the result has 0 inside the mask.</param>
    /// <param name="files">The channels' files, for the properties and messages.</param>
    /// <param name="labelFile">The segmentation's file, for the properties.</param>
    /// <exception cref="CaseException">All voxels are 0, a channel has nothing but 0 and voxels that are not finite, or the grids differ.</exception>
    public static CroppedCase Crop(IReadOnlyList<Volume<float>> channels, Volume<short>? labels, IReadOnlyList<string> files, string? labelFile)
    {
        Volume<float> first = channels[0];
        string where = files.Count > 0 ? files[0] : "image";
        foreach (Volume<float> channel in channels)
        {
            if (channel.Extent != first.Extent) throw DifferentSize(where, "a channel", channel.Extent, first.Extent);
        }

        if (labels is not null && labels.Extent != first.Extent) throw DifferentSize(labelFile ?? where, "the segmentation", labels.Extent, first.Extent);

        bool[] mask = NonzeroMask(channels);
        bool full = !mask.AsSpan().Contains(false);
        if (!full) BinaryMorphology.FillHoles(mask, first.Extent);
        BoundingBox box = full ? BoundingBox.Whole(first.Extent) : Box(mask, first.Extent)
            ?? throw new CaseException(where, "all voxels of the case are 0", "remove the case, or give its image");
        List<DatasetFault> warnings = [];
        float[][] cropped = [.. channels.Select((c, i) => Finite(Cut(c.Voxels, first.Extent, box), NameOf(files, i, channels.Count), warnings))];
        short[] segmentation = labels is null ? new short[box.Size.Count] : [.. Cut(labels.Voxels, first.Extent, box)];
        if (!full) MarkOutside(segmentation, Cut(mask, first.Extent, box));
        double[] classes = Classes(segmentation);
        if (classes[0] < Outside)
        {
            foreach (ref short label in segmentation.AsSpan())
            {
                if (label < Outside) label = 0;
            }
        }

        return new CroppedCase(box.Size, cropped, segmentation, Properties(first, box, classes, files, labelFile).WithWarnings(warnings));
    }

    /// <summary>What a channel is called in messages: its file, where there is one.</summary>
    internal static string NameOf(IReadOnlyList<string> files, int channel, int channels) => channel < files.Count ? files[channel] : channels == 1 ? "image" : $"channel {channel} of the image";

    private static CaseProperties Properties(Volume<float> image, BoundingBox box, double[] classes, IReadOnlyList<string> files, string? labelFile) => new()
    {
        OriginalSizeOfRawData = [.. image.Extent.ToArray()],
        OriginalSpacing = [.. image.Geometry.Spacing.ToArray()],
        ListOfDataFiles = files.ToValueArray(),
        SegFile = labelFile,
        ItkOrigin = image.Geometry.ItkOrigin,
        ItkSpacing = image.Geometry.ItkSpacing,
        ItkDirection = image.Geometry.ItkDirection,
        Dimensions = image.Geometry.Dimensions,
        CropBbox = [.. Enumerable.Range(0, 3).Select(a => new ValueArray<int>([box.Start[a], box.End[a]]))],
        Classes = [.. classes],
        SizeAfterCropping = [.. box.Size.ToArray()],
    };

    private static bool[] NonzeroMask(IReadOnlyList<Volume<float>> channels)
    {
        bool[] mask = new bool[channels[0].Voxels.Length];
        foreach (Volume<float> channel in channels)
        {
            MarkNonzero(channel.Voxels, mask);
        }

        return mask;
    }

    /// <summary>Sets the mask where a value is not 0; NaN is not.</summary>
    internal static void MarkNonzero(ReadOnlySpan<float> voxels, Span<bool> mask)
    {
        ReadOnlySpan<Vector<int>> bits = MemoryMarshal.Cast<float, Vector<int>>(voxels);
        Span<Vector<sbyte>> marks = MemoryMarshal.Cast<bool, Vector<sbyte>>(mask);
        for (int i = 0; i < marks.Length; i++)
        {
            Vector<short> low = Vector.Narrow(Nonzero(bits[4 * i]), Nonzero(bits[(4 * i) + 1]));
            Vector<short> high = Vector.Narrow(Nonzero(bits[(4 * i) + 2]), Nonzero(bits[(4 * i) + 3]));
            marks[i] |= Vector.Narrow(low, high) & Vector<sbyte>.One;
        }

        for (int i = marks.Length * Vector<sbyte>.Count; i < mask.Length; i++) mask[i] |= voxels[i] != 0;
    }

    private static Vector<int> Nonzero(Vector<int> bits) => ~Vector.Equals(bits.As<int, float>(), Vector<float>.Zero);

    private static BoundingBox? Box(bool[] mask, Extent extent)
    {
        int[] low = [int.MaxValue, int.MaxValue, int.MaxValue];
        int[] high = [-1, -1, -1];
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                ReadOnlySpan<bool> row = mask.AsSpan((z * extent.SliceCount) + (y * extent.X), extent.X);
                int start = row.IndexOf(true);
                if (start < 0) continue;
                (low[0], high[0]) = (Math.Min(low[0], z), z);
                (low[1], high[1]) = (Math.Min(low[1], y), Math.Max(high[1], y));
                (low[2], high[2]) = (Math.Min(low[2], start), Math.Max(high[2], row.LastIndexOf(true)));
            }
        }

        return high[0] < 0
            ? null
            : new BoundingBox(new Extent(low[0], low[1], low[2]), new Extent(high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1));
    }

    internal static T[] Cut<T>(T[] voxels, Extent extent, BoundingBox box)
    {
        if (box.Size == extent) return voxels;
        T[] cut = new T[box.Size.Count];
        int target = 0;
        for (int z = box.Start.Z; z < box.End.Z; z++)
        {
            for (int y = box.Start.Y; y < box.End.Y; y++, target += box.Size.X)
            {
                voxels.AsSpan((z * extent.SliceCount) + (y * extent.X) + box.Start.X, box.Size.X).CopyTo(cut.AsSpan(target));
            }
        }

        return cut;
    }

    /// <summary>The voxels without those that are not finite. All of them lie within the box, since none is 0.</summary>
    private static float[] Finite(float[] voxels, string where, List<DatasetFault> warnings)
    {
        float[] clean = FiniteVoxels.Replaced(voxels, out NonFiniteCount replaced);
        if (replaced.Total == 0) return voxels;

        string what = replaced.Describe("voxels");
        if (!clean.AsSpan().ContainsAnyExcept(0f))
        {
            throw new CaseException(where, $"{what}, and there is nothing else in the image but 0", "give an image of numbers");
        }

        warnings.Add(new DatasetFault(where, $"{what}, and counted as {FiniteVoxels.Replacement}", "correct the image if they matter"));
        return clean;
    }

    private static void MarkOutside(short[] segmentation, bool[] mask)
    {
        // Little is outside as a rule, so what is inside is skipped.
        for (int i = 0; i < mask.Length;)
        {
            int skip = mask.AsSpan(i).IndexOf(false);
            if (skip < 0) return;
            for (i += skip; i < mask.Length && !mask[i]; i++)
            {
                if (segmentation[i] == 0) segmentation[i] = Outside;
            }
        }
    }

    private static double[] Classes(ReadOnlySpan<short> segmentation)
    {
        SortedSet<short> classes = [];
        while (!segmentation.IsEmpty)
        {
            classes.Add(segmentation[0]);
            int end = segmentation.IndexOfAnyExcept(segmentation[0]);
            segmentation = end < 0 ? [] : segmentation[end..];
        }

        return [.. classes];
    }

    private static CaseException DifferentSize(string where, string what, Extent extent, Extent expected) =>
        new(where, $"{what} has {extent} voxels, but the first channel has {expected}", "bring all files of the case onto one grid");
}
