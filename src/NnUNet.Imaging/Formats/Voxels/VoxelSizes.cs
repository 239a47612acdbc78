using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Checks the sizes that headers state.</summary>
internal static class VoxelSizes
{
    private const int MostChannels = 1 << 16;

    /// <summary>The extent (z, y, x) of an image of two or three axes.</summary>
    /// <param name="path">What errors name.</param>
    /// <param name="sizes">Voxels along x, y and, of three axes, z.</param>
    /// <param name="channels">Numbers of a voxel.</param>
    /// <exception cref="FileFormatException">An axis has no voxel, or there are more than a volume can have.</exception>
    public static Extent Checked(string path, ReadOnlySpan<long> sizes, long channels)
    {
        string text = string.Join("x", sizes.ToArray());
        foreach (long size in (long[])[.. sizes, channels])
        {
            if (size < 1) throw new FileFormatException(path, $"the header says {text} voxels and {channels} channels", "copy or export the file again");
        }

        if (channels > MostChannels) throw new FileFormatException(path, $"the header says {channels} channels, but at most {MostChannels} are read", "copy the file again, or split the image");
        UInt128 count = 1;
        foreach (long size in sizes)
        {
            if (size > Array.MaxLength || (count *= (UInt128)size) > (UInt128)Array.MaxLength) throw new FileFormatException(path, $"the header says {text} voxels, but a volume has at most {Array.MaxLength}", "copy the file again, or split the image");
        }

        return new Extent(sizes.Length > 2 ? (int)sizes[2] : 1, (int)sizes[1], (int)sizes[0]);
    }

    /// <summary>Refuses channels that take turns in more numbers than an array can have.</summary>
    /// <exception cref="FileFormatException">There are more.</exception>
    public static void CheckTogether(string path, Extent extent, int channels)
    {
        if (extent.Count * channels > Array.MaxLength) throw new FileFormatException(path, $"the {channels} channels of {extent} voxels (z, y, x) lie voxel by voxel, in which at most {Array.MaxLength} numbers are read", "split the image into one file a channel");
    }
}
