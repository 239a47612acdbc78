using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Gives values of segmentations the labels that the user has declared for them (<c>--map 255:1</c>).</summary>
[CatalogName(Name)]
internal sealed class DeclaredMapMend : DatasetMend
{
    private const string Name = "map";

    /// <inheritdoc/>
    public override int Order => 40;

    /// <inheritdoc/>
    public override void Mend(CaseWork work)
    {
        if (work.Label is not { } label || work.Options.Map.Count == 0) return;

        float[] from = [.. work.Options.Map.Keys.Select(static k => (float)k)];
        Volume<float> values = label.Values;
        if (values.Voxels.AsSpan().IndexOfAny(from) < 0) return;

        float[] voxels = [.. values.Voxels];
        SortedDictionary<int, long> counts = [];
        foreach (ref float voxel in voxels.AsSpan())
        {
            if (voxel == 0 || Array.IndexOf(from, voxel) < 0) continue; // the background is rarely mapped, and looked at below
            int value = (int)voxel;
            voxel = work.Options.Map[value];
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        if (work.Options.Map.TryGetValue(0, out int background)) MapBackground(values.Voxels, voxels, background, counts);
        label.Change(new Volume<float>(voxels, values.Extent, values.Geometry));
        work.Mended.Add(new RepairNote(Name, label.Name, string.Join(", ", counts.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} is {work.Options.Map[c.Key]} in {c.Value} voxels")))));
    }

    private static void MapBackground(float[] values, float[] voxels, int label, SortedDictionary<int, long> counts)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 0) continue;
            voxels[i] = label;
            counts[0] = counts.GetValueOrDefault(0) + 1;
        }
    }
}
