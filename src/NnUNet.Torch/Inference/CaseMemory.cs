using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Torch.Inference;

/// <summary>Bytes that an image takes at most on its way through the three stages, the networks' weights not counted.</summary>
/// <param name="InMemory">With the probabilities in memory.</param>
/// <param name="InFile">With the probabilities in a temporary file.</param>
/// <param name="FileBytes">What that file takes on the disk.</param>
internal sealed record CaseMemory(long InMemory, long InFile, long FileBytes)
{
    /// <summary>Feature maps of the full resolution that a network holds at a time, in multiples of its base number of features.</summary>
    private const int FeatureMaps = 5;

    /// <summary>The estimate for an image; it is taken as if nothing could be cropped.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">Voxel counts (z, y, x).</param>
    /// <param name="spacing">Spacing (z, y, x) in mm.</param>
    /// <param name="options">How the image is predicted.</param>
    /// <param name="saveProbabilities">Whether the probabilities are written.</param>
    public static CaseMemory Of(ModelFolder model, Extent image, Spacing spacing, PredictOptions options, bool saveProbabilities)
    {
        Extent grid = Catalog<CasePreprocessor>.Create(model.Plan.PreprocessorName).ExtentAfter(image, spacing, model.Plan, model.Stage);
        (long raw, long resampled) = (image.Count, grid.Count);
        int channels = model.Plan.NumModalities, classes = model.Plan.NumClasses + 1;
        long labels = model.Network.PreviousStage ? sizeof(short) : 0;

        // The channels as they are, cropped and resampled, and the resampling of one of them in double.
        long input = resampled * ((sizeof(float) * channels) + labels);
        long preprocessing = (raw * ((2 * sizeof(float) * channels) + labels)) + input + (2 * sizeof(double) * Math.Max(raw, resampled));

        ReadOnlySpan<int> tile = model.Configuration.PatchSize.AsSpan();
        long batch = Math.Max(SlidingWindow.BatchVoxelsOf(options.Device), model.Configuration.PatchSize.Aggregate(1L, static (a, b) => a * b));
        long network = input + (sizeof(float) * batch * ((FeatureMaps * model.Plan.BaseNumFeatures) + (3L * classes)));

        ExportOptions export = ExportOptions.From(model.Plan);
        long bytesOfVoxel = sizeof(short) + sizeof(int) + (saveProbabilities ? 2 : 0); // labels, their components, a class as float16
        long writing = raw * bytesOfVoxel;
        if (options.Mode != PredictMode.Normal) writing += sizeof(short) * (raw + resampled);
        else writing += SegmentationExporter.WorkingBytes(grid, image.Transpose(model.Plan.TransposeForward.ToArray()), export);

        long whole = TileSum.Bytes(grid, tile, classes, inFile: false);
        long slices = TileSum.Bytes(grid, tile, classes, inFile: true);
        return new CaseMemory(
            Math.Max(preprocessing, whole + Math.Max(network, writing)),
            Math.Max(preprocessing, Math.Max(network + slices, writing)),
            TemporaryProbabilities.Size(classes, grid));
    }

    /// <summary>What a choice takes in memory.</summary>
    public long Bytes(bool inFile) => inFile ? InFile : InMemory;

    /// <summary>Whether the probabilities go to a file, since memory would not do.</summary>
    /// <param name="where">The image, for the message.</param>
    /// <param name="maxRamBytes">Bytes allowed; 0 means that half of the machine's memory should do, and all of it must.</param>
    /// <exception cref="DescribedException">The image does not fit either way.</exception>
    public bool NeedsFile(string where, long maxRamBytes)
    {
        long wanted = maxRamBytes > 0 ? maxRamBytes : MemoryBudget.DefaultLimit;
        if (InMemory <= wanted) return false;

        long most = maxRamBytes > 0 ? maxRamBytes : 2 * MemoryBudget.DefaultLimit;
        return InFile <= most
            ? true
            : throw new DescribedException(
                where,
                FormattableString.Invariant($"the image needs about {Gigabytes(InFile):0.00} GB of memory even with its probabilities in a file, but {Gigabytes(most):0.00} GB may be used"),
                maxRamBytes > 0 ? "allow more (--max-ram)" : "use a machine with more memory, or resample the image to a coarser spacing");
    }

    private static double Gigabytes(long bytes) => bytes / (double)(1L << 30);
}
