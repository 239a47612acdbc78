using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>
/// A case's probabilities as nnU-Net v2 has them: <c>CASE.npz</c> (key probabilities, float32, (K, z, y, x) of the whole image, in the
/// image's axes) and <c>CASE.pkl</c> with the image's geometry and crop. Where the model's reader turns images, both are of the turned
/// image, and the properties say how the image lies itself: a segmentation is turned back when it is made of them.
/// </summary>
/// <remarks>
/// Where the image was cropped away, the background has probability 1, and regions have 0. Source: nnunetv2/inference/export_prediction.py
/// (export_prediction_from_logits), label_handling.py (revert_cropping_on_probabilities), imageio/*.py, default_preprocessor.py. There logits are
/// rounded to float16 before they are made probabilities; here they are not.
/// </remarks>
public static class V2ProbabilityFile
{
    /// <summary>The array's name in the file.</summary>
    public const string Key = "probabilities";

    private const string NibabelReader = "NibabelIO";
    private const double SpacingOfOneSlice = 999;

    /// <summary>Writes the files, one output after the other: never more than one output at full resolution is in memory.</summary>
    /// <param name="path">The path of the npz file; the properties go beside it.</param>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes: probabilities, or logits that become probabilities here.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract: axes, what the outputs are, and how the way back is resampled.</param>
    /// <param name="options">How to resample; null for what the model asks for.</param>
    /// <param name="cancel">Stops within an output.</param>
    /// <exception cref="DescribedException">The properties contradict each other, or a value is not finite.</exception>
    public static void Write(
        string path,
        ProbabilityMaps probabilities,
        CaseProperties properties,
        ModelContract contract,
        ExportOptions? options = null,
        CancellationToken cancel = default)
    {
        Extent full = properties.OriginalExtent;
        IEnumerable<float[]> outputs = Outputs(probabilities, properties, contract, options, cancel);
        PickleFile.Write(ProbabilityFile.PicklePath(path), Properties(properties, contract));
        NpzFile.Write(path, [NpzEntry.FromParts(Key, [probabilities.Classes, full.Z, full.Y, full.X], outputs.Select(static o => (ReadOnlyMemory<float>)o))]);
    }

    /// <summary>The outputs as probabilities of the whole image (z, y, x), one after the other in the same array.</summary>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes: probabilities, or logits that become probabilities here.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract.</param>
    /// <param name="options">How to resample; null for what the model asks for.</param>
    /// <param name="cancel">Stops within an output.</param>
    /// <exception cref="DescribedException">The properties contradict each other; while they are counted through, a value is not finite.</exception>
    internal static IEnumerable<float[]> Outputs(ProbabilityMaps probabilities, CaseProperties properties, ModelContract contract, ExportOptions? options, CancellationToken cancel)
    {
        options ??= ExportOptions.From(contract);
        ExportGrid grid = ExportGrid.Of(properties, contract.Preprocessing, options, probabilities.Extent);
        return Each();

        IEnumerable<float[]> Each()
        {
            using ClassResampler resampler = new(probabilities, grid, options.Threads);
            float[] values = new float[grid.Full.Count];
            MadeProbabilities made = new(resampler, grid, probabilities.Classes, contract.Outputs, cancel);
            for (int k = 0; k < probabilities.Classes; k++)
            {
                values.AsSpan().Fill(k == 0 && !contract.Labels.HasRegions ? 1 : 0);
                made.ForEachRow(k, (rows, block) => grid.StoreWhole(rows, block, values), cancel);
                if (!FiniteVoxels.AreAll(values)) throw ProbabilityFile.NotFinite(k);
                yield return values;
            }
        }
    }

    /// <summary>Whether a file is one of these, by its only array's name; false too where it cannot be read.</summary>
    public static bool Is(string path)
    {
        try
        {
            return NpzFile.Keys(path) is [Key];
        }
        catch (DescribedException)
        {
            return false;
        }
    }

    /// <summary>The image's geometry beside a probabilities' file: <c>CASE.pkl</c>, where SimpleITK read the image.</summary>
    /// <param name="path">The path of the npz file.</param>
    /// <exception cref="DescribedException">It is missing or damaged, or has no geometry of SimpleITK.</exception>
    public static ImageGeometry ReadGeometry(string path)
    {
        string pickle = ProbabilityFile.PicklePath(path);
        PickleDictionary? properties = PickleFile.Read(pickle) as PickleDictionary;
        if (Find(properties, "sitk_stuff") is not PickleDictionary stored) throw Unreadable(pickle, "there is no sitk_stuff in it");
        double[] spacing = Numbers("spacing", static n => n is 2 or 3), origin = Numbers("origin", n => n == spacing.Length), direction = Numbers("direction", n => n == spacing.Length * spacing.Length);
        if (spacing.Any(static mm => mm <= 0)) throw Unreadable(pickle, "a spacing is not greater than 0");
        return spacing.Length == 3
            ? new ImageGeometry { ItkSpacing = spacing.ToValueArray(), ItkOrigin = origin.ToValueArray(), ItkDirection = direction.ToValueArray() }
            : new ImageGeometry
            {
                Dimensions = 2,
                ItkSpacing = [.. spacing, 1],
                ItkOrigin = [.. origin, 0],
                ItkDirection = [direction[0], direction[1], 0, direction[2], direction[3], 0, 0, 0, 1],
            };

        double[] Numbers(string key, Func<int, bool> isCount)
        {
            double[]? values = (Find(stored, key) as IEnumerable<object?>)?.Select(Number).ToArray();
            return values is not null && isCount(values.Length) && values.All(double.IsFinite) ? values : throw Unreadable(pickle, $"the {key} in it is none of an image");
        }
    }

    private static object? Find(PickleDictionary? dictionary, string key) => dictionary is not null && dictionary.TryGetValue(key, out object? value) ? value : null;

    private static double Number(object? value) => value switch
    {
        double d => d,
        long n => n,
        _ => double.NaN,
    };

    private static DescribedException Unreadable(string path, string what) => new(path, what, "predict the case again");

    /// <summary>What v2 notes of a case, of Python's built-in types; shapes and box are in the model's transposed axes there.</summary>
    private static PickleDictionary Properties(CaseProperties p, ModelContract contract)
    {
        PreprocessingRecipe recipe = contract.Preprocessing;
        PickleDictionary written = new();
        ImageGeometry? image = recipe.Orientation is null ? null : p.TurnedFrom ?? p.Geometry;
        if (contract.ImageReader?.StartsWith(NibabelReader, StringComparison.Ordinal) == true)
        {
            PickleDictionary nibabel = new() { ["original_affine"] = Affine(image ?? p.Geometry) };
            if (image is not null) nibabel["reoriented_affine"] = Affine(p.Geometry);
            written["nibabel_stuff"] = nibabel;
        }
        else
        {
            PickleDictionary itk = SimpleItk(p);
            if (image is not null) itk["original_orientation"] = Orientation.Of(image).ToString();
            written["sitk_stuff"] = itk;
        }

        written["spacing"] = List(p.Dimensions == 2 ? [SpacingOfOneSlice * Math.Max(p.ItkSpacing[0], p.ItkSpacing[1]), p.ItkSpacing[1], p.ItkSpacing[0]] : p.OriginalSpacing);
        written["shape_before_cropping"] = Tuple(Transposed(p.OriginalSizeOfRawData));
        written["bbox_used_for_cropping"] = Transposed(Box(p)).Select(static axis => (object?)List(axis)).ToList();
        written["shape_after_cropping_and_before_resampling"] = Tuple(Transposed(p.SizeAfterCropping));
        return written;

        IEnumerable<T> Transposed<T>(ValueArray<T> values) => recipe.TransposeForward.Select(axis => values[axis]);
    }

    private static ValueArray<ValueArray<int>> Box(CaseProperties p) => p.CropBbox.Count == 3 ? p.CropBbox : p.OriginalSizeOfRawData.Select(static n => (ValueArray<int>)[0, n]).ToValueArray();

    private static PickleDictionary SimpleItk(CaseProperties p) => p.Dimensions == 2
        ? new()
        {
            ["spacing"] = Tuple(p.ItkSpacing.Take(2)),
            ["origin"] = Tuple(p.ItkOrigin.Take(2)),
            ["direction"] = Tuple(new[] { 0, 1, 3, 4 }.Select(i => p.ItkDirection[i])),
        }
        : new() { ["spacing"] = Tuple(p.ItkSpacing), ["origin"] = Tuple(p.ItkOrigin), ["direction"] = Tuple(p.ItkDirection) };

    /// <summary>From voxel (x, y, z) to millimetres, RAS, as nibabel has it; ITK's axes are LPS.</summary>
    private static PickleArray Affine(ImageGeometry p)
    {
        double[] affine = new double[16];
        for (int row = 0; row < 3; row++)
        {
            double sign = row < 2 ? -1 : 1;
            for (int column = 0; column < 3; column++) affine[(4 * row) + column] = sign * p.ItkDirection[(3 * row) + column] * p.ItkSpacing[column];
            affine[(4 * row) + 3] = sign * p.ItkOrigin[row];
        }

        affine[15] = 1;
        return PickleArray.From<double>(affine, 4, 4);
    }

    private static List<object?> List<T>(IEnumerable<T> values) => [.. values.Select(static v => (object?)v)];

    private static PickleTuple Tuple<T>(IEnumerable<T> values) => [.. values.Select(static v => (object?)v)];
}
