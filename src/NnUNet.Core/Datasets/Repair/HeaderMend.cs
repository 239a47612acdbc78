using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Copies the geometry of a case's first channel to its other channels and its segmentation, where they have the same size and lie elsewhere by rounding only.</summary>
/// <remarks>
/// Rounding is what the verification passes: up to <see cref="GeometryComparison.Tolerance"/> of a voxel. The original compares every number of
/// the headers, and complains of less. Source: nnunet/preprocessing/sanity_checks.py, verify_same_geometry.
/// </remarks>
[CatalogName(Name)]
internal sealed class HeaderMend : DatasetMend
{
    /// <summary>Voxels from which on grids differ: what the single precision of headers does stays below it.</summary>
    public const double Least = 1e-3;

    private const string Name = "header";

    /// <inheritdoc/>
    public override int Order => 50;

    /// <inheritdoc/>
    public override void Mend(CaseWork work)
    {
        ImageWork reference = work.Channels[0];
        foreach (ImageWork channel in work.Channels.Skip(1))
        {
            if (Apart(channel.Header.Extent, channel.Geometry, reference, trusted: false) is not { } apart) continue;
            channel.Mended = reference.Geometry;
            work.Mended.Add(Note(channel.Name, apart, reference.Name));
        }

        if (work.Label is { } label && Apart(label.Header.Extent, label.Header.Geometry, reference, work.Options.TrustSize) is { } off)
        {
            label.Change(label.Values.WithGeometry(reference.Geometry));
            work.Mended.Add(Note(label.Name, off, reference.Name));
        }
    }

    private static double? Apart(Extent extent, ImageGeometry geometry, ImageWork reference, bool trusted)
    {
        if (extent != reference.Header.Extent || geometry.Dimensions != reference.Geometry.Dimensions) return null;
        double apart = GeometryComparison.VoxelsApart(extent, geometry, reference.Geometry);
        return apart > Least && (trusted || apart <= GeometryComparison.Tolerance) ? apart : null;
    }

    private static RepairNote Note(string where, double apart, string reference) =>
        new(Name, where, string.Create(CultureInfo.InvariantCulture, $"geometry copied from {reference}, {apart:0.####} voxels apart"));
}
