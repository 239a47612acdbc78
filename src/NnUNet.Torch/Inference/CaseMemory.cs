using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Inference;

/// <summary>The peak memory of one case in the three stages of a prediction, in bytes, without the networks' weights.</summary>
/// <param name="InMemory">Bytes with the probabilities in memory.</param>
/// <param name="InFile">Bytes with the probabilities in a temporary file.</param>
/// <param name="FileBytes">Bytes of that file on the disk.</param>
/// <param name="OnlyLabels">Bytes where of finished slices only labels are kept; null where more is needed.</param>
internal sealed record CaseMemory(long InMemory, long InFile, long FileBytes, long? OnlyLabels)
{
    /// <summary>Feature maps of the full resolution that a network holds at a time, in multiples of its base number of features.</summary>
    private const int FeatureMaps = 5;

    /// <summary>The estimate for an image; it is taken as if nothing could be cropped.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="image">Voxel counts (z, y, x).</param>
    /// <param name="geometry">Where the voxels lie.</param>
    /// <param name="options">How the image is predicted.</param>
    /// <param name="saveProbabilities">Whether the probabilities are written.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="DescribedException">The image would get more voxels than a volume can have, or cannot be turned as the model asks.</exception>
    public static CaseMemory Of(ModelContract contract, Extent image, ImageGeometry geometry, PredictOptions options, bool saveProbabilities, string where = "image")
    {
        PreprocessingRecipe recipe = contract.Preprocessing;
        (Extent turned, Spacing spacing) = recipe.GridOf(image, geometry, where);
        bool turns = recipe.Orientation is { } to && Orientation.Of(geometry) != to;
        return Of(contract, turned, spacing, options, saveProbabilities, where, turns ? image.Count * ((sizeof(float) * recipe.Channels.Count) + LabelBytes(contract)) : 0);
    }

    /// <summary>The estimate for an image that is not turned; it is taken as if nothing could be cropped.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="image">Voxel counts (z, y, x).</param>
    /// <param name="spacing">Spacing (z, y, x) in mm.</param>
    /// <param name="options">How the image is predicted.</param>
    /// <param name="saveProbabilities">Whether the probabilities are written.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="DescribedException">The image would get more voxels than a volume can have.</exception>
    public static CaseMemory Of(ModelContract contract, Extent image, Spacing spacing, PredictOptions options, bool saveProbabilities, string where = "image") =>
        Of(contract, image, spacing, options, saveProbabilities, where, unturned: 0);

    /// <summary>The estimate for an image of which, as it lies before it is turned, some bytes are held too.</summary>
    private static CaseMemory Of(ModelContract contract, Extent image, Spacing spacing, PredictOptions options, bool saveProbabilities, string where, long unturned)
    {
        Extent grid = contract.Preprocessing.ExtentAfter(image, spacing, where);
        (long raw, long resampled) = (image.Count, grid.Count);
        int channels = contract.Preprocessing.Channels.Count;

        // The channels and labels as they are and as they become; of one channel what is made before it is resampled, and what resampling takes.
        long copies = image.Transpose(contract.Preprocessing.TransposeForward.ToArray()) != grid ? (CopiesOf(contract.Preprocessing) * sizeof(float) * raw) + (sizeof(float) * Math.Max(raw, resampled)) : 0;
        long given = raw * ((sizeof(float) * channels) + sizeof(short) + LabelBytes(contract));
        long preprocessing = unturned + given + copies + InputBytes(contract, grid);
        return Of(contract, image, image, grid, preprocessing, options, saveProbabilities);
    }

    /// <summary>Bytes of a case's image and of the sums of its outputs while the network works on it.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="grid">The voxel counts of the preprocessed case.</param>
    public static long NetworkBytes(ModelContract contract, Extent grid) => InputBytes(contract, grid) + TileSum.Bytes(grid, contract.Tiles.Size.AsSpan(), contract.Labels.Outputs, whole: true);

    /// <summary>Copies of a channel before it is resampled: one that is transposed or normalised before, which may be the same.</summary>
    private static long CopiesOf(PreprocessingRecipe recipe) =>
        recipe.Steps.Index().First(static s => s.Item == CaseStep.Normalize).Index < recipe.Steps.Index().First(static s => s.Item == CaseStep.Resample).Index || !recipe.TransposeForward.SequenceEqual([0, 1, 2]) ? 1 : 0;

    /// <summary>The estimate for a case that is preprocessed already.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <param name="properties">How the case was made.</param>
    /// <param name="grid">Its voxel counts.</param>
    /// <param name="options">How the case is predicted.</param>
    /// <param name="saveProbabilities">Whether the probabilities are written.</param>
    public static CaseMemory OfPreprocessed(ModelContract contract, CaseProperties properties, Extent grid, PredictOptions options, bool saveProbabilities) =>
        Of(contract, properties.OriginalExtent, Extent.From(properties.SizeAfterCropping.AsSpan()), grid, InputBytes(contract, grid), options, saveProbabilities);

    private static CaseMemory Of(ModelContract contract, Extent image, Extent cropped, Extent grid, long preprocessing, PredictOptions options, bool saveProbabilities)
    {
        (long raw, long resampled) = (image.Count, grid.Count);
        int outputs = contract.Labels.Outputs;
        ReadOnlySpan<int> tile = contract.Tiles.Size.AsSpan();
        long batch = Math.Max(SlidingWindow.BatchVoxelsOf(options.Device), contract.Tiles.Voxels);
        long network = InputBytes(contract, grid) + (batch * ((FeatureBytes(contract, options) * FeatureMaps * contract.BaseFeatures) + (sizeof(float) * contract.InputChannels))) + OutputBytes(contract, options, batch);

        long bytesOfVoxel = sizeof(short) + sizeof(int) + (saveProbabilities ? BytesOfProbability(contract) : 0); // labels, their components, an output
        long writing = raw * bytesOfVoxel;
        if (options.Mode != PredictMode.Normal) writing += sizeof(short) * (raw + resampled);
        else writing += SegmentationExporter.WorkingBytes(grid, cropped.Transpose(contract.Preprocessing.TransposeForward.ToArray()), ExportOptions.From(contract));

        long whole = TileSum.Bytes(grid, tile, outputs, whole: true);
        long slices = TileSum.Bytes(grid, tile, outputs, whole: false);
        long decided = sizeof(short) * resampled;
        bool onlyLabels = !saveProbabilities && !options.KeepProbabilities && (options.Mode != PredictMode.Normal || cropped.Transpose(contract.Preprocessing.TransposeForward.ToArray()) == grid);
        return new CaseMemory(
            Math.Max(preprocessing, whole + Math.Max(network, writing)),
            Math.Max(preprocessing, Math.Max(network + slices, writing)),
            TemporaryProbabilities.Size(outputs, grid),
            onlyLabels ? Math.Max(preprocessing, decided + Math.Max(network + slices, writing)) : null);
    }

    /// <summary>Bytes of a feature: what is convolved in 16 bits stays so where norms take it.</summary>
    private static long FeatureBytes(ModelContract contract, PredictOptions options) =>
        (options.Precision ?? ComputePrecisions.FastestOn(options.Device)).ConvolutionType() is not null && FusedNorm.Takes(contract.BaseFeatures) ? sizeof(ushort) : sizeof(float);

    /// <summary>Bytes of the outputs of a batch of tiles: all of them where passes are summed, and those that are made at a time, in both types and as what is averaged.</summary>
    private static long OutputBytes(ModelContract contract, PredictOptions options, long batch)
    {
        const int Made = 3;
        long whole = sizeof(float) * batch * contract.Labels.Outputs;
        if (options.Device.IsCuda) return Made * whole;
        long part = contract.Tiles.Voxels < batch ? whole : NetworkOutput.BytesOfPart(contract.Labels.Outputs, contract.Tiles.Size.AsSpan());
        return (Made * part) + (options.Mirror && contract.Network.MirrorAxes.Count > 0 ? whole : 0);
    }

    /// <summary>A preprocessed case: its channels, where it is inside of the nonzero mask, and the labels of the stage before.</summary>
    private static long InputBytes(ModelContract contract, Extent grid) => grid.Count * ((sizeof(float) * contract.Preprocessing.Channels.Count) + sizeof(short) + LabelBytes(contract));

    private static long LabelBytes(ModelContract contract) => contract.PreviousStage is null ? 0 : sizeof(short);

    /// <summary>An output as it is written; to make probabilities of logits, softmax needs their largest value and sum too.</summary>
    private static int BytesOfProbability(ModelContract contract) => ResultLayout.Of(contract).BytesOfProbability
        + (contract.Outputs is { Averaged: AveragedOutput.Logits, Activation: OutputActivation.Softmax } ? 2 * sizeof(float) : 0);

    /// <summary>Bytes of memory that a choice takes.</summary>
    public long Bytes(OutputPlace place) => place switch
    {
        OutputPlace.Labels => OnlyLabels!.Value,
        OutputPlace.File => InFile,
        _ => InMemory,
    };

    /// <summary>Where the output is to be: nowhere but as labels where they suffice, in memory, or in a file where memory does not suffice.</summary>
    /// <param name="where">The image, for the message.</param>
    /// <param name="maxRamBytes">Bytes allowed; 0 means what <see cref="MemoryLimit"/> leaves for cases.</param>
    /// <exception cref="DescribedException">The image does not fit either way.</exception>
    public OutputPlace PlaceOf(string where, long maxRamBytes)
    {
        long allowed = maxRamBytes > 0 ? maxRamBytes : MemoryLimit.ForWork;
        if (OnlyLabels <= allowed) return OutputPlace.Labels;
        if (OnlyLabels is null && InMemory <= allowed) return OutputPlace.Memory;
        if (OnlyLabels is null && InFile <= allowed) return OutputPlace.File;

        using IDisposable? own = maxRamBytes > 0 ? MemoryLimit.Set(maxRamBytes) : null;
        throw MemoryLimit.Refusal(where, OnlyLabels ?? InFile, "the image needs", OnlyLabels is null ? "even with its probabilities in a file" : "");
    }
}
