using NnUNet.Core.Cropping;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Turns images as the reader does that a model was trained with, before anything else is done, and segmentations back.</summary>
/// <remarks>
/// The spacing is turned with the axes. All volumes of a case lie on the grid of its first channel, whose geometry counts for all of them.
/// Source: nnunetv2/imageio/nibabel_reader_writer.py, NibabelIOWithReorient, and simpleitk_reader_writer.py, SimpleITKIOWithReorient.
/// </remarks>
internal static class ImageTurn
{
    /// <summary>The volume in the recipe's orientation; the volume itself where it lies so, or where images are taken as they lie.</summary>
    /// <typeparam name="T">The voxel type.</typeparam>
    /// <param name="volume">A volume (z, y, x) of a case.</param>
    /// <param name="image">Where the case's first channel lies.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="PreprocessingException">The image has two axes, and a third would have to be turned.</exception>
    public static Volume<T> Turned<T>(Volume<T> volume, ImageGeometry image, PreprocessingRecipe recipe, string where = "image")
        where T : unmanaged
    {
        if (recipe.Orientation is not { } to) return volume;
        Check(image, to, where);
        return Reorientation.To(volume.Geometry == image ? volume : new Volume<T>(volume.Voxels, volume.Extent, image), to);
    }

    /// <summary>The voxel counts and the geometry that an image gets by being turned.</summary>
    /// <param name="extent">Voxel counts (z, y, x).</param>
    /// <param name="image">Where the image lies.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="PreprocessingException">The image has two axes, and a third would have to be turned.</exception>
    public static (Extent Extent, ImageGeometry Geometry) Turned(Extent extent, ImageGeometry image, PreprocessingRecipe recipe, string where = "image")
    {
        if (recipe.Orientation is not { } to) return (extent, image);
        Check(image, to, where);
        return Reorientation.To(extent, image, to);
    }

    /// <summary>A segmentation in the image's own axes, voxel counts and geometry.</summary>
    /// <param name="labels">The segmentation of the image as it was turned.</param>
    /// <param name="properties">How the case was made.</param>
    public static Volume<short> Back(Volume<short> labels, CaseProperties properties)
    {
        if (properties.TurnedFrom is not { } image) return labels;
        Volume<short> back = Reorientation.To(labels, Orientation.Of(image));

        // Computing the place there and back may change its last digit.
        return new Volume<short>(back.Voxels, back.Extent, image);
    }

    private static void Check(ImageGeometry image, Orientation to, string where)
    {
        if (image.Dimensions == 3) return;
        throw new PreprocessingException(where, $"the image has two axes, but the model was trained with images that are turned to {to}", "give an image of three axes, of one slice if need be");
    }
}
