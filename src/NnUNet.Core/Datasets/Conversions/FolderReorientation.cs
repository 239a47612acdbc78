using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>An image that was turned, or lies as wanted already.</summary>
/// <param name="File">The file that was written.</param>
/// <param name="From">The orientation that the image had.</param>
/// <param name="To">The one that it has now.</param>
public sealed record TurnedImage(string File, string From, string To);

/// <summary>Turns all images and segmentations of a folder to one orientation, or to those of other images.</summary>
/// <remarks>Command: <c>nnunet reorient</c>. No voxel changes its value or its place in the patient. Source: nnunet/preprocessing/sanity_checks.py, reorient_to_RAS.</remarks>
public static class FolderReorientation
{
    /// <summary>Turns images to one orientation.</summary>
    /// <param name="input">A folder of images, or one image.</param>
    /// <param name="output">The folder that gets them, under the same names; images that lie so already are copied.</param>
    /// <param name="to">The orientation.</param>
    /// <param name="threads">Images at a time; 0 means the machine's cores.</param>
    /// <param name="progress">Reports every finished image.</param>
    /// <param name="cancel">Stops between images.</param>
    /// <exception cref="DatasetException">Images cannot be read or turned; all of them in one report.</exception>
    /// <exception cref="DescribedException">There are no images, or the results would lie among them.</exception>
    public static IReadOnlyList<TurnedImage> Run(
        string input, string output, Orientation to, int threads = 0, IProgress<ConversionProgress>? progress = null, CancellationToken cancel = default) =>
        Run(input, output, _ => new Target(to, null), threads, progress, cancel);

    /// <summary>Turns each image as another one of the same case lies: the way back.</summary>
    /// <param name="input">A folder of images, or one image.</param>
    /// <param name="output">The folder that gets them.</param>
    /// <param name="like">A folder with an image of each case: <c>CASE.nii.gz</c>, or its channel <c>CASE_0000.nii.gz</c>.</param>
    /// <param name="threads">Images at a time; 0 means the machine's cores.</param>
    /// <param name="progress">Reports every finished image.</param>
    /// <param name="cancel">Stops between images.</param>
    /// <inheritdoc cref="Run(string, string, Orientation, int, IProgress{ConversionProgress}?, CancellationToken)" path="/exception"/>
    public static IReadOnlyList<TurnedImage> RunLike(
        string input, string output, string like, int threads = 0, IProgress<ConversionProgress>? progress = null, CancellationToken cancel = default)
    {
        ImageFolder others = ImageFolder.Of(like);
        return Run(input, output, image => Like(others, image), threads, progress, cancel);
    }

    private static TurnedImage[] Run(
        string input, string output, Func<ImageLocation, Target> targetOf, int threads, IProgress<ConversionProgress>? progress, CancellationToken cancel)
    {
        ImageLocation[] images = ImageLocation.Of(input) is { Exists: true } one ? [one] : [.. ImageFolder.Of(input).Images];
        if (images.Length == 0) throw OtherContents.Error(input, "there are no images", "give a folder of images");
        if (images.Any(image => Path.GetFullPath(Path.GetDirectoryName(image.Path)!) == Path.GetFullPath(output))) throw new DescribedException(output, "the results would lie over the images", "give another folder with -o");
        TurnedImage[] turned = new TurnedImage[images.Length];
        IReadOnlyList<CaseFault> faults = new CaseLoop(threads, new MemoryBudget(0), cancel).Run(
            images.Length,
            i => new CaseNeed(images[i].FileName, SourceVoxels.Bytes([images[i]])),
            i => turned[i] = Turn(images[i], output, targetOf(images[i])),
            (i, done) => progress?.Report(new ConversionProgress(images[i].FileName, done, images.Length)));
        return faults.Count == 0 ? turned : throw new DatasetException(input, [.. faults.Select(f => DatasetFault.From(images[f.Index].FileName, f.Fault))]);
    }

    private static TurnedImage Turn(ImageLocation image, string output, Target target)
    {
        ImageHeader header = ImageFile.ReadHeader(image.Path);
        Orientation from = Orientation.Of(header.Geometry);
        if (from == target.To) return new TurnedImage(image.CopyTo(output)[0], from.ToString(), from.ToString());
        if (header.Geometry.Dimensions == 2) throw new DescribedException(image.FileName, $"an image of two axes ({from}) cannot be turned to {target.To}", "leave it out");

        Volume<float> turned = Reorientation.To(ImageFile.ReadVolume(image.Path), target.To);
        if (target.Geometry is { } geometry && GeometryComparison.Difference(turned.Extent, turned.Geometry, turned.Extent, geometry) is null) turned = turned.WithGeometry(geometry);
        string path = Path.Combine(output, SourceVoxels.Named(image.Name, image));
        SourceVoxels.Write(path, turned, image);
        return new TurnedImage(path, from.ToString(), target.To.ToString());
    }

    private static Target Like(ImageFolder others, ImageLocation image)
    {
        string caseId = CaseName.TrySplit(image.Name, out string id, out _) ? id : image.Name;
        ImageLocation other = others.Find(image.Name) ?? others.Find(caseId) ?? others.Find(CaseName.ChannelFile(caseId, 0, ""))
            ?? throw new DescribedException(image.FileName, $"{others.Path} has no image of this case", "complete the folder, or leave the image out");
        ImageGeometry geometry = ImageFile.ReadHeader(other.Path).Geometry;
        return new Target(Orientation.Of(geometry), geometry);
    }

    private sealed record Target(Orientation To, ImageGeometry? Geometry);
}
