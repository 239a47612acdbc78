using NnUNet.Core.Datasets.Repair;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace AddAnImageFormat;

/// <summary>Clears voxels of a segmentation none of whose six neighbours has their label: clicks beside the structure.</summary>
[CatalogName("single_voxels")]
public sealed class SingleVoxelsMend : DatasetMend
{
    /// <inheritdoc/>
    public override int Order => 35; // behind "rounding", which is 30

    /// <inheritdoc/>
    public override void Mend(CaseWork work)
    {
        if (work.Label is not { } label) return;

        Volume<float> before = label.Values;
        Volume<float> after = new((float[])before.Voxels.Clone(), before.Extent, before.Geometry);
        int cleared = 0;
        for (int z = 0; z < before.Extent.Z; z++)
        {
            for (int y = 0; y < before.Extent.Y; y++)
            {
                for (int x = 0; x < before.Extent.X; x++)
                {
                    if (before[z, y, x] == 0 || HasNeighbour(before, z, y, x)) continue;
                    after[z, y, x] = 0;
                    cleared++;
                }
            }
        }

        if (cleared == 0) return;
        label.Change(after);
        work.Mended.Add(new RepairNote("single_voxels", label.Name, $"{cleared} single voxels cleared"));
    }

    private static bool HasNeighbour(Volume<float> labels, int z, int y, int x) =>
        Is(labels, z - 1, y, x, labels[z, y, x]) || Is(labels, z + 1, y, x, labels[z, y, x])
        || Is(labels, z, y - 1, x, labels[z, y, x]) || Is(labels, z, y + 1, x, labels[z, y, x])
        || Is(labels, z, y, x - 1, labels[z, y, x]) || Is(labels, z, y, x + 1, labels[z, y, x]);

    private static bool Is(Volume<float> labels, int z, int y, int x, float value) =>
        (uint)z < (uint)labels.Extent.Z && (uint)y < (uint)labels.Extent.Y && (uint)x < (uint)labels.Extent.X && labels[z, y, x] == value;
}
