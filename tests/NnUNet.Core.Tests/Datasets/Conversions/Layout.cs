using System.Globalization;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets.Conversions;

/// <summary>
/// A data set as its providers lay it out, written out by hand from its documentation, and what a conversion makes of it. In lists of files a
/// path is an image; one with values behind a colon is a segmentation whose first voxels have these values.
/// </summary>
internal sealed record Layout(string Name, string[] Files)
{
    /// <summary>Voxels of all images (z, y, x).</summary>
    public Extent Size { get; init; } = new(2, 3, 4);

    /// <summary>Training cases: name, the values of the first voxel of each channel, and the labels of the first voxels, separated by bars.</summary>
    public required string[] Training { get; init; }

    /// <summary>Test cases: name, values of the channels.</summary>
    public string[] Test { get; init; } = [];

    /// <summary>Cases of a challenge's validation: name, values of the channels.</summary>
    public string[] Validation { get; init; } = [];

    /// <summary>Whether the data set has folds of its own.</summary>
    public bool HasFolds { get; init; }

    /// <summary>Volumes along the fourth axis of images.</summary>
    public int Volumes { get; init; } = 1;

    /// <summary>Whether segmentations have a fourth axis too.</summary>
    public bool LabelsHaveVolumes { get; init; }

    /// <summary>Files of text.</summary>
    public (string Path, string Text)[] Texts { get; init; } = [];

    /// <summary>Lines of <see cref="Files"/> that differ in one text: for one text after another all lines, with the text where they have a #.</summary>
    public static IEnumerable<string> Each(string[] texts, params string[] lines) =>
        texts.SelectMany(text => lines.Select(line => line.Replace("#", text, StringComparison.Ordinal)));

    public override string ToString() => Name;

    /// <summary>Writes the source. The value of an image's voxels tells which file it is: the number of its place in the list, from 1 on, times 10, and of its volume.</summary>
    public void Write(TemporaryFolder folder)
    {
        foreach ((int i, string file) in Files.Index())
        {
            string[] parts = file.Split(':');
            string path = folder["source/" + parts[0] + ".nii.gz"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            bool isLabel = parts.Length > 1;
            int volumes = isLabel && !LabelsHaveVolumes ? 1 : Volumes;
            Volume<float>[] all = [.. Enumerable.Range(0, volumes).Select(v => isLabel ? Values(parts[1], v) : Image((10 * (i + 1)) + v))];
            if (volumes > 1) FourDimensions.Write(path, all);
            else if (isLabel && all[0].Voxels.All(static v => v is >= 0 and <= 255)) ImageFile.WriteLabels(path, new Volume<short>(Array.ConvertAll(all[0].Voxels, static v => (short)v), Size));
            else ImageFile.WriteVolume(path, all[0]);
        }

        foreach ((string path, string text) in Texts)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder["source/" + path])!);
            File.WriteAllText(folder["source/" + path], text);
        }
    }

    private Volume<float> Image(int value)
    {
        Volume<float> image = new(Size);
        Array.Fill(image.Voxels, value);
        image.Voxels[^1] = value + 0.5f;
        return image;
    }

    /// <summary>Values by volume, separated by bars.</summary>
    private Volume<float> Values(string text, int volume)
    {
        string[] volumes = text.Split('|');
        Volume<float> values = new(Size);
        foreach ((int i, string value) in volumes[Math.Min(volume, volumes.Length - 1)].Split(' ').Index()) values.Voxels[i] = float.Parse(value, CultureInfo.InvariantCulture);
        return values;
    }
}
