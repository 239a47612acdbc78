using System.Text.Json;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Core.Cropping;

/// <summary>A case's properties as the original's ensembling reads them: <c>CASE.pkl</c> of Python's built-in types only.</summary>
/// <remarks>
/// Source: nnunet/inference/ensemble_predictions.py (merge_files) and segmentation_export.py, which read size_after_cropping,
/// original_size_of_raw_data, crop_bbox (and change it in place: lists), itk_spacing, itk_origin, itk_direction, original_spacing,
/// spacing_after_resampling and regions_class_order.
/// </remarks>
internal static class PropertiesPickle
{
    /// <summary>Writes the file.</summary>
    public static void Write(string path, CaseProperties properties) => PickleFile.Write(path, Of(properties));

    /// <summary>Writes the list that the original's ensembling leaves.</summary>
    public static void Write(string path, IReadOnlyList<CaseProperties> merged) => PickleFile.Write(path, merged.Select(static p => (object?)Of(p)).ToList());

    /// <summary>Reads the original's file or one of these; a list holds those of all models that were merged.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged, or lacks what is needed.</exception>
    public static IReadOnlyList<CaseProperties> Read(string path)
    {
        object? content = PickleFile.Read(path);
        return [.. (content is List<object?> { Count: > 0 } list ? list : [content]).Select(one => Of(path, one, "predict the case again"))];
    }

    /// <summary>The properties of a case from what a pickle holds.</summary>
    /// <param name="path">The pickle, for messages.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="remedy">What to do where it is something else.</param>
    /// <exception cref="DescribedException">It lacks what is needed.</exception>
    public static CaseProperties Of(string path, object? content, string remedy)
    {
        try
        {
            return ProductJson.From<CaseProperties>(path, PickleJson.ToNode(content), remedy);
        }
        catch (InvalidDataException e)
        {
            throw new DescribedException(path, $"not the properties of a case ({e.Message.TrimEnd('.')})", remedy, e);
        }
    }

    private static PickleDictionary Of(CaseProperties p)
    {
        PickleDictionary pickle = new()
        {
            ["original_size_of_raw_data"] = List(p.OriginalSizeOfRawData),
            ["original_spacing"] = List(p.OriginalSpacing),
            ["list_of_data_files"] = List(p.ListOfDataFiles),
            ["seg_file"] = p.SegFile,
            ["itk_origin"] = Tuple(p.ItkOrigin),
            ["itk_spacing"] = Tuple(p.ItkSpacing),
            ["itk_direction"] = Tuple(p.ItkDirection),
            ["crop_bbox"] = p.CropBbox.Select(static axis => (object?)List(axis)).ToList(),
            ["classes"] = List(p.Classes),
            ["size_after_cropping"] = Tuple(p.SizeAfterCropping),
        };
        if (p.UseNonzeroMaskForNorm is { } masks)
        {
            PickleDictionary channels = new();
            foreach ((int channel, bool masked) in masks) channels[(long)channel] = masked;
            pickle["use_nonzero_mask_for_norm"] = channels;
        }

        pickle["size_after_resampling"] = Tuple(p.SizeAfterResampling);
        pickle["spacing_after_resampling"] = List(p.SpacingAfterResampling);
        if (p.RegionsClassOrder is { } order) pickle["regions_class_order"] = List(order);
        foreach ((string key, JsonElement value) in p.Unknown.OrderBy(static u => u.Key, StringComparer.Ordinal)) pickle[key] = PickleJson.FromElement(value);
        return pickle;
    }

    private static List<object?> List<T>(ValueArray<T> values) => [.. values.Select(static v => (object?)v)];

    private static PickleTuple Tuple<T>(ValueArray<T> values) => [.. values.Select(static v => (object?)v)];
}
