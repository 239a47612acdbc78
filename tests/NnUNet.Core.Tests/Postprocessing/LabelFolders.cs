using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Tests.Postprocessing;

/// <summary>Compares folders of segmentations.</summary>
internal static class LabelFolders
{
    /// <summary>The same file names, voxels and geometry (to 1e-6).</summary>
    public static void AssertEqual(string expected, string actual)
    {
        string[] names = Names(expected);
        Assert.NotEmpty(names);
        Assert.Equal(names, Names(actual));
        foreach (string name in names)
        {
            Volume<short> right = ImageFile.ReadLabels(Path.Combine(expected, name)), given = ImageFile.ReadLabels(Path.Combine(actual, name));
            Assert.Equal(right.Extent, given.Extent);
            Assert.True(right.Voxels.AsSpan().SequenceEqual(given.Voxels), $"{name}: {right.Voxels.Zip(given.Voxels).Count(static v => v.First != v.Second)} voxels differ");
            Assert.Equal(right.Geometry.ItkSpacing.Select(Rounded), given.Geometry.ItkSpacing.Select(Rounded));
            Assert.Equal(right.Geometry.ItkOrigin.Select(Rounded), given.Geometry.ItkOrigin.Select(Rounded));
            Assert.Equal(right.Geometry.ItkDirection.Select(Rounded), given.Geometry.ItkDirection.Select(Rounded));
        }
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder, "*.nii.gz").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static double Rounded(double value) => Math.Round(value, 6) + 0.0;
}

/// <summary>Copies golden folders to where they may be written.</summary>
internal static class FolderCopy
{
    /// <summary>Copies a folder with all that is below it.</summary>
    public static void Make(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (string folder in Directory.GetDirectories(from)) Make(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
