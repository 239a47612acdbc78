using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Cascade;

/// <summary>
/// The low resolution's segmentations of the training cases, each by the fold that did not train on it, on the second stage's
/// grid: <c>RESULTS/nnUNet/3d_lowres/TASK/TRAINER__PLANS/pred_next_stage/CASE_segFromPrevStage.npz</c> (key <c>data</c>, uint8).
/// </summary>
/// <param name="lowResolutionModel">The folder TRAINER__PLANS of the low resolution.</param>
/// <remarks>Source: nnunet/training/cascade_stuff/predict_next_stage.py.</remarks>
public sealed class PreviousStageFolder(string lowResolutionModel)
{
    private const string FolderName = "pred_next_stage";
    private const string Suffix = "_segFromPrevStage.npz";
    private const string Key = "data";
    private const int PartVoxels = 1 << 16;

    /// <summary>The folder of the low resolution's model.</summary>
    public string ModelPath { get; } = lowResolutionModel;

    /// <summary>The folder of the segmentations.</summary>
    public string Path { get; } = System.IO.Path.Combine(lowResolutionModel, FolderName);

    /// <summary>The file of a case, whether or not it exists.</summary>
    public string PathOf(string caseId) => System.IO.Path.Combine(Path, caseId + Suffix);

    /// <summary>Whether a case's file is there.</summary>
    public bool Contains(string caseId) => File.Exists(PathOf(caseId));

    /// <summary>Writes a case.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="labels">One label per voxel, 0 to 255.</param>
    /// <param name="extent">Voxel counts (z, y, x) in the second stage.</param>
    public void Write(string caseId, short[] labels, Extent extent)
    {
        Directory.CreateDirectory(Path);
        NpzFile.Write(PathOf(caseId), [NpzEntry.FromParts(Key, [extent.Z, extent.Y, extent.X], AsBytes(labels))]);
    }

    /// <summary>Reads a case.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="extent">Voxel counts (z, y, x) that it must have: the preprocessed case's.</param>
    /// <returns>One label per voxel, z slowest.</returns>
    /// <exception cref="DescribedException">The file is missing or damaged, or has other voxel counts.</exception>
    public byte[] Read(string caseId, Extent extent)
    {
        string path = PathOf(caseId);
        const string Remedy = "predict it again: nnUNet_train 3d_lowres … -val for the fold that validates on this case";
        if (!File.Exists(path)) throw new DescribedException(path, $"the low resolution's segmentation of {caseId} is missing", Remedy);
        if (!NpzFile.Read(path).TryGetValue(Key, out NpyArray? array)) throw new DescribedException(path, $"there is no array {Key} in it", Remedy);

        long[] expected = [extent.Z, extent.Y, extent.X];
        return array.Shape.SequenceEqual(expected)
            ? array.ToArray<byte>()
            : throw new DescribedException(path, $"it has {string.Join("x", array.Shape)} voxels, but the preprocessed case {caseId} has {extent}", Remedy);
    }

    /// <summary>The numbers in parts; each part is valid until the next one.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> AsBytes(short[] labels)
    {
        byte[] part = new byte[Math.Min(labels.Length, PartVoxels)];
        for (int start = 0; start < labels.Length; start += part.Length)
        {
            int count = Math.Min(part.Length, labels.Length - start);
            for (int i = 0; i < count; i++) part[i] = checked((byte)labels[start + i]);
            yield return part.AsMemory(0, count);
        }
    }
}
