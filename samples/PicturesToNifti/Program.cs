// Brings pictures of 8 bits into the form in which nnU-Net takes 2D images.
// Usage: PicturesToNifti images|labels PICTURES_FOLDER OUTPUT_FOLDER
using NnUNet.Foundation;
using PicturesToNifti;

if (args is not ["images" or "labels", string pictures, string output])
{
    Console.Error.WriteLine("Usage: PicturesToNifti images|labels PICTURES_FOLDER OUTPUT_FOLDER");
    return 2;
}

try
{
    if (args[0] == "images")
    {
        Console.WriteLine($"{PictureConverter.ConvertImages(pictures, output)} files");
        return 0;
    }

    // Each grey value of the masks becomes a label, the darkest one 0: a mask of 0 and 255 becomes 0 and 1.
    IReadOnlyList<byte> values = PictureConverter.ConvertLabels(pictures, output);
    foreach ((int label, byte value) in values.Index()) Console.WriteLine($"grey value {value}: label {label}");
    return 0;
}
catch (DescribedException e) // a fault of the input: where, what, and what to do
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
