using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cropping;

/// <summary>What a preprocessed case was made from and how, so that its segmentation can be placed back into the image.</summary>
/// <remarks>
/// File: <c>CASE.json</c> beside the preprocessed case, with the keys of the original's properties
/// (nnunet/preprocessing/cropping.py, preprocessing.py). Keys with "itk" are in file order (x, y, z), all others in
/// array order (z, y, x) of the image; those after resampling are in the plan's transposed order.
/// </remarks>
public sealed record CaseProperties : ICheckedRecord
{
    /// <summary>Voxel counts (z, y, x) of the image.</summary>
    [JsonPropertyName("original_size_of_raw_data")]
    public required ValueArray<int> OriginalSizeOfRawData { get; init; }

    /// <summary>Spacing (z, y, x) in millimetres of the image; 999 first where it has two axes.</summary>
    [JsonPropertyName("original_spacing")]
    public required ValueArray<double> OriginalSpacing { get; init; }

    /// <summary>The channels' files.</summary>
    [JsonPropertyName("list_of_data_files")]
    public ValueArray<string> ListOfDataFiles { get; init; }

    /// <summary>Where the case's first channel lies; null where it is not known or not there any more.</summary>
    [JsonIgnore]
    public ImageLocation? Image => ListOfDataFiles.Count > 0 && ImageLocation.Of(ListOfDataFiles[0]) is { Exists: true } image ? image : null;

    /// <summary>The segmentation's file; null where there is none.</summary>
    [JsonPropertyName("seg_file")]
    public string? SegFile { get; init; }

    /// <summary>World position (x, y, z) of the first voxel in millimetres, LPS.</summary>
    [JsonPropertyName("itk_origin")]
    public required ValueArray<double> ItkOrigin { get; init; }

    /// <summary>Spacing (x, y, z) in millimetres.</summary>
    [JsonPropertyName("itk_spacing")]
    public required ValueArray<double> ItkSpacing { get; init; }

    /// <summary>Direction cosines, 3x3 row by row.</summary>
    [JsonPropertyName("itk_direction")]
    public required ValueArray<double> ItkDirection { get; init; }

    /// <summary>Axes that the image's file has: 2 or 3.</summary>
    /// <value>3.</value>
    [JsonPropertyName("dimensions")]
    public int Dimensions { get; init; } = 3;

    /// <summary>The box [[z0, z1], [y0, y1], [x0, x1]] to which the image was cropped; the second of each is exclusive.</summary>
    [JsonPropertyName("crop_bbox")]
    public required ValueArray<ValueArray<int>> CropBbox { get; init; }

    /// <summary>Where the image lay before it was turned as the model's reader does (<see cref="Preprocessing.Steps.PreprocessingRecipe.Orientation"/>): all else here tells of the turned image. Null where images are taken as they lie.</summary>
    /// <remarks>Not in files: programs that turn images write other properties.</remarks>
    [JsonIgnore]
    public ImageGeometry? TurnedFrom { get; init; }

    /// <summary>The segmentation's values after cropping in ascending order, -1 (outside the nonzero mask) included.</summary>
    [JsonPropertyName("classes")]
    public ValueArray<double> Classes { get; init; }

    /// <summary>Voxel counts (z, y, x) after cropping.</summary>
    [JsonPropertyName("size_after_cropping")]
    public required ValueArray<int> SizeAfterCropping { get; init; }

    /// <summary>Whether each channel was normalised within the nonzero mask only, by its number.</summary>
    [JsonPropertyName("use_nonzero_mask_for_norm")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<int, bool>? UseNonzeroMaskForNorm { get; init; }

    /// <summary>Voxel counts of the preprocessed array, in its own (transposed) axis order.</summary>
    [JsonPropertyName("size_after_resampling")]
    public ValueArray<int> SizeAfterResampling { get; init; }

    /// <summary>Spacing in millimetres of the preprocessed array, in its own (transposed) axis order.</summary>
    [JsonPropertyName("spacing_after_resampling")]
    public ValueArray<double> SpacingAfterResampling { get; init; }

    /// <summary>With probabilities of regions: the labels with which the regions are painted, in this order. Null where the outputs are classes.</summary>
    [JsonPropertyName("regions_class_order")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueArray<int>? RegionsClassOrder { get; init; }

    /// <summary>A hash of the files, settings and version that the case was made from; null where it was not recorded.</summary>
    [JsonPropertyName("made_from")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MadeFrom { get; init; }

    /// <summary>What was odd about the case's files and was put right, see <see cref="CaseReader"/>; null where nothing was.</summary>
    [JsonPropertyName("input_warnings")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueArray<DatasetFault>? InputWarnings { get; init; }

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Voxel counts (z, y, x) of the image.</summary>
    [JsonIgnore]
    public Extent OriginalExtent => Extent.From(OriginalSizeOfRawData.AsSpan());

    /// <summary>The box of the image (z, y, x) to which it was cropped.</summary>
    [JsonIgnore]
    public BoundingBox CropBox => new(
        new Extent(CropBbox[0][0], CropBbox[1][0], CropBbox[2][0]),
        new Extent(CropBbox[0][1] - CropBbox[0][0], CropBbox[1][1] - CropBbox[1][0], CropBbox[2][1] - CropBbox[2][0]));

    /// <summary>What was odd about the case's files and was put right; empty where nothing was.</summary>
    [JsonIgnore]
    public ValueArray<DatasetFault> Warnings => InputWarnings ?? [];

    /// <summary>The same with more warnings before those that there are.</summary>
    public CaseProperties WithWarnings(IReadOnlyList<DatasetFault> warnings) =>
        warnings.Count == 0 ? this : this with { InputWarnings = warnings.Concat(Warnings).ToValueArray() };

    /// <summary>Where the image's voxels lie in the patient.</summary>
    [JsonIgnore]
    public ImageGeometry Geometry => new()
    {
        Dimensions = Dimensions,
        ItkOrigin = ItkOrigin,
        ItkSpacing = ItkSpacing,
        ItkDirection = ItkDirection,
    };

    /// <inheritdoc/>
    IEnumerable<string> ICheckedRecord.Faults()
    {
        List<string> faults = [];
        Three("original_size_of_raw_data", OriginalSizeOfRawData, static n => n > 0, "numbers of at least 1 (z, y, x)", optional: false);
        Three("size_after_cropping", SizeAfterCropping, static n => n > 0, "numbers of at least 1 (z, y, x)", optional: false);
        Three("size_after_resampling", SizeAfterResampling, static n => n > 0, "numbers of at least 1", optional: true);
        Three("original_spacing", OriginalSpacing, IsLength, "numbers greater than 0 (z, y, x in mm)", optional: false);
        Three("spacing_after_resampling", SpacingAfterResampling, IsLength, "numbers greater than 0", optional: true);
        Three("itk_spacing", ItkSpacing, IsLength, "numbers greater than 0 (x, y, z in mm)", optional: false);
        Three("itk_origin", ItkOrigin, double.IsFinite, "numbers (x, y, z in mm)", optional: false);
        if (ItkDirection.Count != 9 || !ItkDirection.All(double.IsFinite)) faults.Add($"itk_direction is {ItkDirection}, but must be nine numbers");
        if (Dimensions is not (2 or 3)) faults.Add($"dimensions is {Dimensions}, but must be 2 or 3");
        if (CropBbox.Count is not (0 or 3) || CropBbox.Any(static axis => axis.Count != 2 || axis[0] < 0 || axis[1] <= axis[0]))
        {
            faults.Add($"crop_bbox is {CropBbox}, but must be three pairs of a first voxel and the one behind the last (z, y, x)");
        }

        if (RegionsClassOrder is { } order && order.Any(static l => l is < 0 or > short.MaxValue)) faults.Add($"regions_class_order is {order}, but must be labels from 0 to {short.MaxValue}");
        return faults;

        void Three<T>(string key, ValueArray<T> values, Func<T, bool> possible, string wanted, bool optional)
        {
            if (!(optional && values.Count == 0) && !(values.Count == 3 && values.All(possible))) faults.Add($"{key} is {values}, but must be three {wanted}");
        }
    }

    private static bool IsLength(double length) => double.IsFinite(length) && length > 0;
}
