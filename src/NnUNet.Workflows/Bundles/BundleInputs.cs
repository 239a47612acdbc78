using NnUNet.Core.Bundles;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Workflows.Bundles;

/// <summary>The images that a bundle is run over, as they are named on a command line.</summary>
internal static class BundleInputs
{
    /// <summary>The cases.</summary>
    /// <param name="given">One file or folder of an image, one a channel of an image, or a folder of images.</param>
    /// <param name="bundle">The bundle.</param>
    /// <exception cref="DescribedException">There is no image, or not as many as the bundle has channels.</exception>
    public static IReadOnlyList<InputCase> Find(IReadOnlyList<string> given, Bundle bundle)
    {
        int channels = bundle.Channels.Count;
        foreach (string path in given.Where(static p => !Path.Exists(p))) throw new DescribedException(path, "there is no such image or folder", "check the path");
        if (given is [string folder] && Directory.Exists(folder) && ImageLocation.Of(folder) is not { IsFolder: true }) return OfFolder(folder, channels);

        foreach (string path in given.Where(static p => ImageLocation.Of(p) is null))
        {
            throw new DescribedException(path, "this is no image of a known format", $"known endings are {string.Join(", ", ImageFile.Endings)}");
        }

        if (given.Count != channels)
        {
            throw new DescribedException(
                given[0], $"the bundle {bundle.Name} needs {channels} channel{(channels == 1 ? "" : "s")} ({string.Join(", ", bundle.Channels)}), but {given.Count} file{(given.Count == 1 ? " was" : "s were")} given", "give one file a channel, in this order, or a folder of images");
        }

        string name = ImageLocation.Of(given[0])!.Name;
        return [new InputCase(CaseName.TrySplit(name, out string id, out int channel) && channel == 0 ? id : name, [.. given], Fault: null)];
    }

    private static IReadOnlyList<InputCase> OfFolder(string folder, int channels)
    {
        IReadOnlyList<ImageLocation> images = ImageFolder.Of(folder).Images;
        if (channels > 1 || (images.Count > 0 && images.All(static i => CaseName.TrySplit(i.Name, out _, out int channel) && channel == 0))) return InputFolder.Find(folder, channels).Cases;
        if (images.Count == 0) throw new DescribedException(folder, "there is no image in this folder", $"give a folder of images (known endings: {string.Join(", ", ImageFile.Endings)})");
        return [.. ImageFolder.Of(folder).ByName().Select(static i => new InputCase(i.Key, [i.Value.Path], Fault: null))];
    }
}
