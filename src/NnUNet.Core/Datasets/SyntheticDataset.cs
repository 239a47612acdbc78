using System.Globalization;
using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets;

/// <summary>What <see cref="SyntheticDataset"/> makes.</summary>
public sealed record SyntheticDatasetOptions
{
    /// <summary>Cases with reference segmentation.</summary>
    /// <value>10. At least 5, as many as there are folds.</value>
    public int TrainingCases { get; init; } = 10;

    /// <summary>Images to predict; their references are written to <c>labelsTs</c>, for scoring only.</summary>
    /// <value>2.</value>
    public int TestCases { get; init; } = 2;

    /// <summary>Voxels along each edge, give or take a tenth.</summary>
    /// <value>40. At least 16.</value>
    public int Edge { get; init; } = 40;

    /// <summary>The same seed gives the same files.</summary>
    /// <value>1234.</value>
    public uint Seed { get; init; } = 1234;
}

/// <summary>How far the writing of a data set is.</summary>
/// <param name="CaseId">The case that was just written.</param>
/// <param name="Done">Cases written so far.</param>
/// <param name="Total">All cases.</param>
public readonly record struct SyntheticProgress(string CaseId, int Done, int Total);

/// <summary>
/// Makes a small data set of computed images for demonstrations and tests: a body with a bright organ (label 1), a lesion on
/// the organ's rim (label 2) and a bright vessel that is not to be segmented; with noise, shading, and sizes, spacings,
/// orientations and contrasts that vary from case to case.
/// </summary>
public static class SyntheticDataset
{
    /// <summary>Writes a raw task: <c>imagesTr</c>, <c>labelsTr</c>, <c>imagesTs</c>, <c>labelsTs</c> and <c>dataset.json</c>.</summary>
    /// <param name="taskFolder">The task's folder, such as <c>…/nnUNet_raw_data/Task900_Demo</c>.</param>
    /// <param name="options">What to make; null means the defaults.</param>
    /// <param name="progress">Reports after each case.</param>
    /// <param name="cancel">Stops before the next case.</param>
    public static DatasetDescription Write(
        string taskFolder, SyntheticDatasetOptions? options = null, IProgress<SyntheticProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new SyntheticDatasetOptions();
        int total = options.TrainingCases + options.TestCases;
        IReadOnlyList<CaseFault> faults = new CaseLoop(0, null, cancel).Run(
            total,
            null,
            index =>
            {
                string set = index < options.TrainingCases ? "Tr" : "Ts";
                (Volume<float> image, Volume<short> labels) = CreateCase(index, options);
                ImageFile.WriteVolume(Path.Combine(taskFolder, "images" + set, CaseId(index) + "_0000.nii.gz"), image);
                ImageFile.WriteLabels(Path.Combine(taskFolder, "labels" + set, CaseId(index) + ".nii.gz"), labels);
            },
            (index, done) => progress?.Report(new SyntheticProgress(CaseId(index), done, total)));
        if (faults.Count > 0) throw new DatasetException(taskFolder, [.. faults.Select(static f => DatasetFault.From(CaseId(f.Index), f.Fault))]);

        DatasetDescription description = Describe(options);
        ProductJson.Write(Path.Combine(taskFolder, DatasetDescription.FileName), description);
        return description;
    }

    /// <summary>One case: image and reference (z, y, x) with their geometry.</summary>
    /// <param name="index">The case's number; training cases come first.</param>
    /// <param name="options">What to make.</param>
    public static (Volume<float> Image, Volume<short> Labels) CreateCase(int index, SyntheticDatasetOptions options)
    {
        NumpyRandomState random = new(options.Seed + (uint)index);
        Extent extent = new(Size(), Size(), Size());
        ImageGeometry geometry = SyntheticGeometry.Draw(random, extent);
        SyntheticScene scene = SyntheticScene.Draw(random, extent, geometry);

        Volume<float> image = new(extent, geometry);
        Volume<short> labels = new(extent, geometry);
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                for (int x = 0; x < extent.X; x++)
                {
                    (double intensity, short label) = scene.At(SyntheticGeometry.World(geometry, x, y, z));
                    image[z, y, x] = (float)(intensity + random.Normal(0, scene.Noise));
                    labels[z, y, x] = label;
                }
            }
        }

        return (image, labels);

        int Size() => (int)random.Randint(options.Edge - (options.Edge / 10), options.Edge + (options.Edge / 10) + 1);
    }

    private static string CaseId(int index) => string.Create(CultureInfo.InvariantCulture, $"synthetic_{index:000}");

    private static DatasetDescription Describe(SyntheticDatasetOptions options) => new()
    {
        Name = "Synthetic",
        Modality = new SortedDictionary<string, string> { ["0"] = "MRI" },
        Labels = new SortedDictionary<string, string> { ["0"] = "background", ["1"] = "organ", ["2"] = "lesion" },
        Training = Enumerable.Range(0, options.TrainingCases)
            .Select(static i => new TrainingEntry($"./imagesTr/{CaseId(i)}.nii.gz", $"./labelsTr/{CaseId(i)}.nii.gz")).ToValueArray(),
        Test = Enumerable.Range(options.TrainingCases, options.TestCases).Select(static i => $"./imagesTs/{CaseId(i)}.nii.gz").ToValueArray(),
        Unknown = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["description"] = JsonSerializer.SerializeToElement("Computed images of an organ with a lesion; not of any patient."),
            ["tensorImageSize"] = JsonSerializer.SerializeToElement("3D"),
            ["numTraining"] = JsonSerializer.SerializeToElement(options.TrainingCases),
            ["numTest"] = JsonSerializer.SerializeToElement(options.TestCases),
        },
    };
}
