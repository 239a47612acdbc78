using NnUNet.Core.Cropping;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Workflows.Bundles;

/// <summary>An image of a bundle's run: read when it is needed, and let go when it is not.</summary>
internal sealed class BundleImage
{
    private readonly IReadOnlyList<string> _files;
    private readonly bool _firstOfSeveral;
    private IReadOnlyList<Volume<float>>? _channels;

    /// <summary>Looks at an image's headers.</summary>
    /// <param name="files">Its files, one a channel.</param>
    /// <exception cref="DescribedException">A file cannot be read, or the image has two axes.</exception>
    public BundleImage(IReadOnlyList<string> files)
    {
        _files = files;
        ImageHeader header = ImageFile.ReadHeader(files[0]);
        (Extent, Geometry) = (header.Extent, header.Geometry);
        List<string> warnings = [.. CaseReader.HeaderWarnings(files).Select(static w => $"{w.Where}: {w.What}")];
        if (header.Geometry.Dimensions == 2) throw new DescribedException(files[0], "the image has two axes", "bundles segment volumes; give an image of three axes");
        if (files.Count == 1 && header.Channels > 1)
        {
            _firstOfSeveral = true;
            warnings.Add($"{files[0]}: the image has {header.Channels} volumes along a fourth axis; the first one is segmented");
        }

        Warnings = warnings;
    }

    /// <summary>The file to name in messages.</summary>
    public string Where => _files[0];

    /// <summary>Voxel counts (z, y, x).</summary>
    public Extent Extent { get; }

    /// <summary>Where the voxels lie.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>What is odd about the files.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The channels (z, y, x).</summary>
    public IReadOnlyList<Volume<float>> Read() => _channels ??= _firstOfSeveral ? [ImageFile.ReadChannels(_files[0])[0]] : CaseReader.ReadChannels(_files);

    /// <summary>The first channel as a new reading, or the one that is in memory.</summary>
    public Volume<float> First() => Read()[0];

    /// <summary>Lets the voxels go; they can be read again.</summary>
    public void Release() => _channels = null;
}
