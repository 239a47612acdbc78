using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Rounds segmentations that have numbers next to whole ones, as converters leave them; of others nothing is rounded.</summary>
[CatalogName(Name)]
internal sealed class RoundedLabelsMend : DatasetMend
{
    /// <summary>How far a number may lie from its whole number.</summary>
    public const double Tolerance = 1e-3;

    private const string Name = "rounding";

    /// <inheritdoc/>
    public override int Order => 30;

    /// <inheritdoc/>
    public override void Mend(CaseWork work)
    {
        if (work.Label is not { } label) return;

        Volume<float> values = label.Values;
        long fractions = 0;
        double farthest = 0;
        foreach (float value in values.Voxels)
        {
            double apart = Math.Abs(value - Math.Round((double)value));
            if (!(apart <= Tolerance)) return; // the verification names it
            if (apart > 0) (fractions, farthest) = (fractions + 1, Math.Max(farthest, apart));
        }

        if (fractions == 0) return;
        label.Change(new Volume<float>(Array.ConvertAll(values.Voxels, static v => MathF.Round(v)), values.Extent, values.Geometry));
        work.Mended.Add(new RepairNote(Name, label.Name, string.Create(CultureInfo.InvariantCulture, $"{fractions} voxels rounded, by {farthest:0.######} at most")));
    }
}
