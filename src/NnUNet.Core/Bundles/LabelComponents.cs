using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Bundles;

/// <summary>The parts of labels that hang together by faces: looked at in each label's own box, so that hundred labels take little longer than one.</summary>
internal static class LabelComponents
{
    /// <summary>Removes parts of labels.</summary>
    /// <param name="labels">The map (z, y, x); changed in place.</param>
    /// <param name="values">The labels, each looked at by itself.</param>
    /// <param name="removed">Which of a label's parts go, by their sizes in voxels.</param>
    /// <param name="cancel">Stops between labels.</param>
    public static void Remove(Volume<short> labels, IReadOnlyCollection<short> values, Func<IReadOnlyList<int>, bool[]> removed, CancellationToken cancel)
    {
        foreach ((short value, BoundingBox box) in VoxelBoxes.OfLabels(labels))
        {
            if (!values.Contains(value)) continue;
            cancel.ThrowIfCancellationRequested();
            Volume<short> part = VoxelBoxes.Cut(labels, box);
            ComponentMap components = ConnectedComponents.Label(part.Voxels, part.Extent, value);
            bool[] goes = removed(components.Sizes);
            if (!goes.Contains(true)) continue;
            for (int z = 0; z < box.Size.Z; z++)
            {
                for (int y = 0; y < box.Size.Y; y++)
                {
                    Span<short> row = labels.Row(box.Start.Z + z, box.Start.Y + y).Slice(box.Start.X, box.Size.X);
                    ReadOnlySpan<int> numbers = components.Numbers.AsSpan(((z * box.Size.Y) + y) * box.Size.X, box.Size.X);
                    for (int x = 0; x < row.Length; x++)
                    {
                        if (numbers[x] > 0 && goes[numbers[x] - 1]) row[x] = 0;
                    }
                }
            }
        }
    }
}
