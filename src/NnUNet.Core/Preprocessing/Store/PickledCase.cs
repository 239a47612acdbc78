using System.Globalization;
using NnUNet.Core.Cropping;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Store;

/// <summary>A preprocessed case of the original: <c>CASE.pkl</c> with its properties and drawn voxels, and <c>CASE.npz</c>, which is unpacked to <c>CASE.npy</c> before its first use.</summary>
/// <remarks>
/// The array is ours: float32 (C + 1, z, y, x) with the segmentation as last channel. Source: nnunet/preprocessing/preprocessing.py,
/// GenericPreprocessor._run_internal; nnunet/training/dataloading/dataset_loading.py, unpack_dataset.
/// </remarks>
internal static class PickledCase
{
    /// <summary>The ending of the properties.</summary>
    public const string PropertiesEnding = ".pkl";

    /// <summary>The ending of the packed array.</summary>
    public const string PackedEnding = ".npz";

    private const string ArrayName = "data";
    private const string LocationsKey = "class_locations";
    private const string Remedy = "copy the case again, or make it anew with nnUNet_plan_and_preprocess";

    // They hold a number for each drawn voxel or slice.
    private static readonly string[] Large = [LocationsKey, "classes_in_slice_per_axis", "number_of_voxels_per_class"];

    /// <summary>How the case was made.</summary>
    /// <param name="path">The properties.</param>
    /// <exception cref="DescribedException">The file cannot be read, or lacks what is needed.</exception>
    public static CaseProperties Properties(string path)
    {
        PickleDictionary properties = new();
        foreach ((object? key, object? value) in Content(path))
        {
            if (!Large.Contains(key)) properties[key] = value;
        }

        return PropertiesPickle.Of(path, properties, Remedy);
    }

    /// <summary>The drawn voxels of each class: class -> (n, 3) flattened z, y, x.</summary>
    /// <param name="path">The properties.</param>
    /// <param name="extent">Voxel counts (z, y, x) of the array, within which all places must lie.</param>
    /// <exception cref="DescribedException">The file cannot be read, or holds something else.</exception>
    public static IReadOnlyDictionary<int, int[]> Locations(string path, Extent extent)
    {
        if (!Content(path).TryGetValue(LocationsKey, out object? found) || found is not PickleDictionary classes)
        {
            throw new PreprocessingException(path, $"it has no \"{LocationsKey}\": the preprocessing was that of nnU-Net's first releases", "make the case anew with nnUNet_plan_and_preprocess");
        }

        return classes.ToDictionary(
            c => c.Key is long and > 0 and <= short.MaxValue ? (int)(long)c.Key : throw Wrong(path, $"the class {c.Key}"),
            c => Voxels(path, extent, c.Value));
    }

    /// <summary>Unpacks the array where that was not done yet.</summary>
    /// <param name="packed">The packed array.</param>
    /// <param name="array">Where the array lies from then on.</param>
    /// <exception cref="DescribedException">The file cannot be read, or the array not be written.</exception>
    public static void Unpack(string packed, string array)
    {
        if (File.Exists(array)) return;
        using NpzArrayReader reader = NpzArrayReader.Open(packed, ArrayName);
        NpyFile.Write(array, [.. reader.Shape], Parts(reader));
    }

    /// <summary>The array's numbers, a part at a time; each part is valid until the next one.</summary>
    private static IEnumerable<ReadOnlyMemory<float>> Parts(NpzArrayReader reader)
    {
        float[] part = new float[1 << 16];
        for (long left = reader.Shape.Aggregate(1L, static (product, n) => product * n); left > 0; left -= part.Length)
        {
            int count = (int)Math.Min(left, part.Length);
            reader.Read(part.AsSpan(0, count));
            yield return part.AsMemory(0, count);
        }
    }

    private static PickleDictionary Content(string path) =>
        PickleFile.Read(path) as PickleDictionary ?? throw new PreprocessingException(path, "it holds no dictionary, so it is not the properties of a case", Remedy);

    private static int[] Voxels(string path, Extent extent, object? value)
    {
        if (value is List<object?> { Count: 0 } or PickleArray { Count: 0 }) return [];
        if (value is not PickleArray { Shape: [_, 3] } array) throw Wrong(path, "something else than places (n, 3)");

        int[] voxels = new int[array.Count];
        foreach ((int i, object? element) in array.Elements().Index())
        {
            voxels[i] = element is long and >= 0 && (long)element < extent[i % 3] ? (int)(long)element : throw Wrong(path, $"the coordinate {element} along axis {i % 3} of a case of {extent}");
        }

        return voxels;
    }

    private static PreprocessingException Wrong(string path, string what) =>
        new(path, string.Create(CultureInfo.InvariantCulture, $"\"{LocationsKey}\" has {what}"), Remedy);
}
