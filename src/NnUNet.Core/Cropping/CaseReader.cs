using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cropping;

/// <summary>Reads the files of one case.</summary>
/// <remarks>Source: nnunet/preprocessing/cropping.py, load_case_from_list_of_files, which does not compare the grids.</remarks>
public static class CaseReader
{
    /// <summary>The largest distance in voxels between the grids of channels.</summary>
    private const double Tolerance = 1;

    /// <summary>Reads the channels of a case (z, y, x); the first one's geometry counts.</summary>
    /// <exception cref="CaseException">The channels have different sizes or lie more than a voxel apart.</exception>
    /// <exception cref="Foundation.FileFormatException">A file cannot be read.</exception>
    public static IReadOnlyList<Volume<float>> ReadChannels(IReadOnlyList<string> files)
    {
        if (files.Count == 1) return [ImageFile.ReadVolume(files[0])];

        // By the headers, before memory is taken for any voxels: what was counted on is the first channel's size.
        ImageHeader[] headers = [.. files.Select(ImageFile.ReadHeader)];
        for (int c = 1; c < headers.Length; c++)
        {
            if (GeometryComparison.Difference(headers[c].Extent, headers[c].Geometry, headers[0].Extent, headers[0].Geometry, Tolerance) is { } difference)
            {
                throw new CaseException(files[c], $"{difference} compared with {Path.GetFileName(files[0])}", "resample the channels onto one grid");
            }
        }

        return [.. files.Select(ImageFile.ReadVolume)];
    }

    /// <summary>What the headers of files say that is odd, and how it is understood; no voxels are read.</summary>
    /// <exception cref="Foundation.FileFormatException">A file cannot be read.</exception>
    public static IReadOnlyList<DatasetFault> HeaderWarnings(IEnumerable<string> files) =>
        [.. files.SelectMany(static file => ImageFile.ReadHeader(file).Warnings.Select(what => new DatasetFault(file, what, "correct the header if it is not meant")))];

    /// <summary>The error for someone who wants no image with warnings.</summary>
    /// <param name="warnings">The warnings; at least one.</param>
    public static CaseException Refusal(IReadOnlyList<DatasetFault> warnings) => new(
        warnings[0].Where,
        string.Join("; ", warnings.Select(w => w.Where == warnings[0].Where ? w.What : $"{w.Where}: {w.What}")),
        "correct the files, or leave out --strict-input to have such images put right with a warning");

    /// <summary>Reads what the cascade's first stage says about an image (z, y, x).</summary>
    /// <exception cref="CaseException">It has another size than the image or lies more than a voxel apart.</exception>
    /// <exception cref="Foundation.FileFormatException">The file cannot be read.</exception>
    public static Volume<short> ReadPreviousStage(string file, Volume<float> image)
    {
        ImageHeader header = ImageFile.ReadHeader(file);
        return GeometryComparison.Difference(header.Extent, header.Geometry, image.Extent, image.Geometry, Tolerance) is { } difference
            ? throw new CaseException(file, $"{difference} compared with the image", "give the low resolution's segmentation of this very image")
            : ImageFile.ReadLabels(file);
    }

    /// <summary>Bytes that reading and cropping a case takes at most, by the largest of its headers.</summary>
    /// <exception cref="Foundation.FileFormatException">A file cannot be read.</exception>
    internal static long Bytes(CaseFiles files)
    {
        long voxels = files.Channels.Concat(files.Label is { } label ? [label] : []).Max(static f => ImageFile.ReadHeader(f).Extent.Count);
        return voxels * ((sizeof(float) * files.Channels.Count) + sizeof(short) + sizeof(bool)) * 2;
    }

    /// <summary>Reads and crops a case with its segmentation; what is odd about its files is in its properties.</summary>
    /// <param name="files">The case.</param>
    /// <param name="declared">The labels that the segmentation may have; null where they are not known.</param>
    /// <exception cref="CaseException">The files do not fit each other, or the segmentation has labels that are not declared.</exception>
    /// <exception cref="Foundation.FileFormatException">A file cannot be read.</exception>
    internal static CroppedCase ReadCropped(CaseFiles files, DeclaredLabels? declared)
    {
        IReadOnlyList<DatasetFault> odd = HeaderWarnings(files.Channels);
        CroppedCase cropped = NonzeroCrop.Crop(
            ReadChannels(files.Channels), files.Label is null ? null : ReadLabels(files.Label, declared), files.Channels, files.Label);
        return cropped with { Properties = cropped.Properties.WithWarnings(odd) };
    }

    private static Volume<short> ReadLabels(string file, DeclaredLabels? declared)
    {
        Volume<short> labels = ImageFile.ReadLabels(file);
        return declared?.FaultIn(file, labels) is { } fault ? throw new CaseException(fault.Where, fault.What, fault.Remedy) : labels;
    }
}
