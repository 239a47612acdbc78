using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>A folder with a segmentation as pictures, one a slice, which lie on the grid of an image.</summary>
/// <remarks>
/// Pictures that are called like the files of the image's DICOM series are those files' slices; others are the slices in the ordinal order of their names, from
/// the first slice along the image's axis on, which for axial series is the lowest. Rows and columns are the image's own. Source: nnUNet,
/// nnunet/dataset_conversion/Task037_038_Chaos_Challenge.py, which takes names in their order and slices by ascending position.
/// </remarks>
/// <param name="Folder">The folder.</param>
/// <param name="Pictures">The pictures in the order of their names.</param>
internal sealed record PictureStack(string Folder, IReadOnlyList<ImageLocation> Pictures)
{
    /// <summary>Reads the voxels (z, y, x).</summary>
    /// <param name="grid">The image.</param>
    /// <exception cref="DescribedException">A picture cannot be read, or the pictures are not the image's slices.</exception>
    public Volume<float> Read(ImageLocation grid)
    {
        ImageHeader header = ImageFile.ReadHeader(grid.Path);
        if (Pictures.Count != header.Extent.Z) throw new DescribedException(Folder, $"the folder has {Pictures.Count} pictures, but the image {grid.FileName} has {header.Extent.Z} slices", "complete the data set");
        Volume<float> volume = new(header.Extent, header.Geometry);
        foreach ((int z, ImageLocation picture) in (Called(grid) ?? Pictures).Index())
        {
            Volume<float> slice = ImageFile.ReadVolume(picture.Path);
            if (slice.Extent != header.Extent with { Z = 1 }) throw new DescribedException(picture.Path, $"the picture has {slice.Extent} voxels (z, y, x), but a slice of the image {grid.FileName} has {header.Extent with { Z = 1 }}", "complete the data set");
            slice.Voxels.CopyTo(volume.Slice(z));
        }

        return volume;
    }

    /// <summary>The pictures in the order of the series' slices that they are called like; null where their names say nothing of them.</summary>
    private ImageLocation[]? Called(ImageLocation grid)
    {
        if (!grid.IsFolder || grid.Format is not DicomFormat) return null;
        ILookup<string, ImageLocation> byName = Pictures.ToLookup(static p => p.Name, StringComparer.Ordinal);
        ImageLocation[] called = [.. DicomSeries.Open(grid.Path).Slices.SelectMany(slice => byName[ComposedForm.Of(Path.GetFileNameWithoutExtension(slice.File.Path))]).Distinct()];
        return called.Length == Pictures.Count ? called : null;
    }
}
