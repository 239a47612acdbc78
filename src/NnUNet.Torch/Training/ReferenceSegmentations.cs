using NnUNet.Core.Postprocessing;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>The reference segmentations of a task, and their copies in a model's folder: <c>gt_niftis/</c>.</summary>
/// <remarks>With the copies a model's folder can be scored where the preprocessed task is not at hand. Source: nnUNetTrainer.py, validate.</remarks>
internal static class ReferenceSegmentations
{
    /// <summary>The folder of the copies in a model's folder.</summary>
    public const string FolderName = FoldConsolidation.ReferenceFolderName;

    /// <summary>A case's reference.</summary>
    /// <param name="folder">The folder of the references.</param>
    /// <param name="caseId">The case's name.</param>
    /// <exception cref="DescribedException">There is none.</exception>
    public static string PathOf(string folder, string caseId) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, caseId + ".*").FirstOrDefault(ImageFile.IsImage) is { } path
            ? path
            : throw new DescribedException(folder, $"there is no reference segmentation of {caseId}", "run nnUNet_plan_and_preprocess again");

    /// <summary>Copies the references that are not there yet or have changed. Several folds may do so at the same time.</summary>
    /// <param name="folder">The folder of the references.</param>
    /// <param name="modelPath">The model's folder.</param>
    public static void Copy(string folder, string modelPath)
    {
        foreach (FileInfo from in new DirectoryInfo(folder).EnumerateFiles().Where(static f => ImageFile.IsImage(f.Name)))
        {
            FileInfo to = new(Path.Combine(modelPath, FolderName, from.Name));
            if (to.Exists && to.Length == from.Length && to.LastWriteTimeUtc == from.LastWriteTimeUtc) continue;

            using FileStream source = from.OpenRead();
            AtomicFile.Write(to.FullName, source.CopyTo);
            File.SetLastWriteTimeUtc(to.FullName, from.LastWriteTimeUtc);
        }
    }
}
