using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>
/// A case's probabilities on disk, for ensembles: <c>CASE.npz</c> (key softmax, float16, (K, z, y, x) of the cropped image, in the
/// image's axes), <c>CASE.json</c> with the case's properties, and <c>CASE.pkl</c> with the same for the Python original.
/// </summary>
/// <remarks>Source: nnunet/inference/segmentation_export.py (resampled_npz_fname), whose pickle holds numpy's arrays too.</remarks>
public static class ProbabilityFile
{
    /// <summary>The array's name in the file.</summary>
    public const string Key = "softmax";

    /// <summary>The ending of the probabilities' file.</summary>
    public const string Ending = ".npz";

    /// <summary>Writes the files, one class after the other: never more than one class at full resolution is in memory.</summary>
    /// <param name="path">The path of the npz file; the properties go beside it, twice.</param>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes: probabilities, or logits that become probabilities here.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract: axes, what the outputs are, and how the way back is resampled.</param>
    /// <param name="options">How to resample; null for what the model asks for.</param>
    /// <param name="cancel">Stops within a class.</param>
    /// <exception cref="DescribedException">The properties contradict each other.</exception>
    public static void Write(
        string path,
        ProbabilityMaps probabilities,
        CaseProperties properties,
        ModelContract contract,
        ExportOptions? options = null,
        CancellationToken cancel = default)
    {
        options ??= ExportOptions.From(contract);
        ExportGrid grid = ExportGrid.Of(properties, contract.Preprocessing, options, probabilities.Extent);
        Extent cropped = grid.Cropped;
        if (contract.Labels.HasRegions) properties = properties with { RegionsClassOrder = contract.Labels.RegionsClassOrder };
        ProductJson.Write(PropertiesPath(path), properties);
        PropertiesPickle.Write(PicklePath(path), properties);
        using ClassResampler resampler = new(probabilities, grid, options.Threads);
        NpzFile.Write(path, [NpzEntry.FromParts(Key, [probabilities.Classes, cropped.Z, cropped.Y, cropped.X], Classes(resampler, grid, probabilities.Classes, contract.Outputs, cancel))]);
    }

    /// <summary>The path of the properties beside a probabilities' file.</summary>
    public static string PropertiesPath(string path) => Path.ChangeExtension(path, ".json");

    /// <summary>The path of the properties for the Python original.</summary>
    public static string PicklePath(string path) => Path.ChangeExtension(path, ".pkl");

    /// <summary>Removes a probabilities' file with its properties. Where there is none, files of the properties' names are somebody else's and stay.</summary>
    public static void Delete(string path)
    {
        if (!File.Exists(path)) return;

        // Beside results of nnU-Net v2, CASE.json is no file of properties.
        string[] beside = V2ProbabilityFile.Is(path) ? [PicklePath(path)] : [PropertiesPath(path), PicklePath(path)];
        foreach (string file in (string[])[.. beside, path]) File.Delete(file);
    }

    /// <summary>Whether the properties of a probabilities' file lie beside it, in either form.</summary>
    public static bool HasProperties(string path) => File.Exists(PropertiesPath(path)) || File.Exists(PicklePath(path));

    /// <summary>The properties beside a probabilities' file: <c>CASE.json</c>, or <c>CASE.pkl</c> of the original; one for each model that was merged into it.</summary>
    /// <exception cref="DescribedException">They are missing or damaged, or lack what is needed.</exception>
    public static IReadOnlyList<CaseProperties> ReadProperties(string path) =>
        File.Exists(PropertiesPath(path)) ? [ProductJson.Read<CaseProperties>(PropertiesPath(path))] : PropertiesPickle.Read(PicklePath(path));

    /// <summary>Writes the properties of merged probabilities: the first ones as JSON, all of them, as the original does, as a pickled list.</summary>
    internal static void WriteProperties(string path, IReadOnlyList<CaseProperties> merged)
    {
        ProductJson.Write(PropertiesPath(path), merged[0]);
        PropertiesPickle.Write(PicklePath(path), merged);
    }

    private static IEnumerable<ReadOnlyMemory<Half>> Classes(ClassResampler resampler, ExportGrid grid, int classes, OutputContract outputs, CancellationToken cancel)
    {
        Half[] values = new Half[grid.Cropped.Count];
        MadeProbabilities made = new(resampler, grid, classes, outputs, cancel);
        for (int k = 0; k < classes; k++)
        {
            made.ForEachRow(k, (rows, block) => grid.StoreCropped(rows, block, values), cancel);
            if (!FiniteVoxels.AreAll(values)) throw NotFinite(k);
            yield return values;
        }
    }

    /// <summary>The error for probabilities that are infinite or not a number.</summary>
    internal static DescribedException NotFinite(int output) =>
        new("probabilities", $"those of output {output} are not finite everywhere", "predict without the probabilities (-z, --save_probabilities), or with another model");
}
