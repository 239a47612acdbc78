using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cases;

/// <summary>The reference segmentations of a task (<c>gt_segmentations</c> of the preprocessed task), and their copies in a model's folder (<c>gt_niftis</c>).</summary>
/// <remarks>With the copies a model's folder can be scored where the preprocessed task is not at hand. Source: nnUNetTrainer.py, validate.</remarks>
public static class ReferenceSegmentations
{
    /// <summary>The folder in a preprocessed task.</summary>
    public const string TaskFolder = "gt_segmentations";

    /// <summary>The folder in a model's folder.</summary>
    public const string ModelFolder = "gt_niftis";

    /// <summary>Cases' references, in their order.</summary>
    /// <param name="folder">The folder of the references.</param>
    /// <param name="cases">The cases' names.</param>
    /// <exception cref="DescribedException">One has none, or there are several.</exception>
    public static IReadOnlyList<ImageLocation> Of(string folder, IEnumerable<string> cases)
    {
        ImageFolder references = ImageFolder.Of(folder);
        return
        [
            .. cases.Select(c => references.Find(c)
                ?? throw new DescribedException(folder, $"there is no reference segmentation of {c}", "run nnUNet_plan_and_preprocess again")),
        ];
    }

    /// <summary>Copies references with all their files; those that are copied already stay. Several processes may do so at the same time.</summary>
    /// <param name="references">The references.</param>
    /// <param name="folder">Gets the copies.</param>
    /// <param name="removeOthers">Whether what else lies in the folder is removed.</param>
    public static void Copy(IEnumerable<ImageLocation> references, string folder, bool removeOthers = false)
    {
        Directory.CreateDirectory(folder);
        HashSet<string> kept = [.. references.SelectMany(r => r.CopyTo(folder)).Select(Path.GetFullPath)];
        if (!removeOthers) return;

        foreach (ImageLocation other in ImageFolder.Of(folder).Images.Where(i => !i.Files.Any(f => kept.Contains(Path.GetFullPath(f))))) other.Delete();
        foreach (string surplus in Directory.EnumerateFiles(folder).Where(f => !kept.Contains(Path.GetFullPath(f))).ToArray()) File.Delete(surplus);
    }
}
