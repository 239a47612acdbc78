using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using SkiaSharp;

namespace PicturesToNifti;

/// <summary>Turns folders of pictures into NIfTI images of one slice.</summary>
public static class PictureConverter
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".bmp" };

    /// <summary>Writes each picture as <c>NAME_0000.nii.gz</c>, and coloured ones as <c>_0000</c> red, <c>_0001</c> green, <c>_0002</c> blue.</summary>
    /// <param name="pictures">The folder of the pictures; all are coloured or all are grey.</param>
    /// <param name="output">The folder to write into.</param>
    /// <returns>Number of files written.</returns>
    /// <exception cref="DescribedException">A picture cannot be read, or some are grey and some coloured.</exception>
    public static int ConvertImages(string pictures, string output)
    {
        string[] files = Pictures(pictures);
        bool[] grey = [.. files.Select(static f => Read(f, IsGrey))];
        if (grey.Distinct().Count() > 1)
        {
            throw new DescribedException(pictures, "some pictures are grey and some coloured", "convert them to one kind; every case of a task has the same channels");
        }

        int channels = grey[0] ? 1 : 3;
        foreach (string file in files)
        {
            byte[][] colours = Read(file, Colours);
            for (int c = 0; c < channels; c++)
            {
                float[] voxels = [.. colours[c].Select(static v => (float)v)];
                ImageFile.WriteVolume(Path.Combine(output, $"{Name(file)}_{c:0000}.nii.gz"), new Volume<float>(voxels, Read(file, Size), Flat));
            }
        }

        return files.Length * channels;
    }

    /// <summary>Writes each mask as <c>NAME.nii.gz</c>; the grey values of all masks become the labels 0, 1, 2, … in ascending order.</summary>
    /// <param name="masks">The folder of the masks.</param>
    /// <param name="output">The folder to write into.</param>
    /// <returns>The grey value of each label.</returns>
    /// <exception cref="DescribedException">A mask cannot be read, or the masks have so many values that they are no masks.</exception>
    public static IReadOnlyList<byte> ConvertLabels(string masks, string output)
    {
        string[] files = Pictures(masks);
        byte[] values = [.. files.SelectMany(static f => Read(f, Colours)[0].Distinct()).Distinct().Order()];
        if (values.Length > 64)
        {
            throw new DescribedException(masks, $"the masks have {values.Length} grey values, which is too many for labels", "save them as PNG, without smoothed edges; JPEG changes values");
        }

        foreach (string file in files)
        {
            short[] labels = [.. Read(file, Colours)[0].Select(v => (short)Array.BinarySearch(values, v))];
            ImageFile.WriteLabels(Path.Combine(output, Name(file) + ".nii.gz"), new Volume<short>(labels, Read(file, Size), Flat));
        }

        return values;
    }

    /// <summary>Two axes: the reader takes 999 mm as the distance to a next slice. Set the size of a pixel here where it is known.</summary>
    private static ImageGeometry Flat => ImageGeometry.Identity with { Dimensions = 2 };

    private static string[] Pictures(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Where(static f => Endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)] : [];
        return files.Length > 0 ? files : throw new DescribedException(folder, "there is no picture in this folder", $"give a folder with files ending with {string.Join(", ", Endings)}");
    }

    private static string Name(string file) => Path.GetFileNameWithoutExtension(file);

    private static T Read<T>(string file, Func<SKBitmap, T> take)
    {
        using SKBitmap picture = SKBitmap.Decode(file) ?? throw new DescribedException(file, "this is no picture that can be read", "open and save it with another program");
        return take(picture);
    }

    private static Extent Size(SKBitmap picture) => new(1, picture.Height, picture.Width);

    private static bool IsGrey(SKBitmap picture) => picture.Pixels.All(static p => p.Red == p.Green && p.Green == p.Blue);

    /// <summary>Red, green and blue, row by row from the upper left corner.</summary>
    private static byte[][] Colours(SKBitmap picture)
    {
        SKColor[] pixels = picture.Pixels;
        return [[.. pixels.Select(static p => p.Red)], [.. pixels.Select(static p => p.Green)], [.. pixels.Select(static p => p.Blue)]];
    }
}
