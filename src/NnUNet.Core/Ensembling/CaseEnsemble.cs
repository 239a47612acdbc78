using System.Numerics.Tensors;
using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Ensembling;

/// <summary>Merges the probabilities of one case from several models into one segmentation.</summary>
/// <remarks>
/// The files hold class after class, and are read so, a few rows at a time: in memory are the best probability so far and
/// the labels, however many classes and files there are. Source: nnunet/inference/ensemble_predictions.py, merge_files.
/// </remarks>
internal static class CaseEnsemble
{
    /// <summary>Bytes per voxel of the image that a merge takes, with what writing the segmentation takes.</summary>
    public const int BytesPerVoxel = 12;

    private const int VoxelsOfPart = 1 << 16;
    private const string RegionsKey = "regions_class_order";

    /// <summary>Bytes that merging a case takes.</summary>
    public static long Bytes(string probabilities) => ProbabilityFile.ReadProperties(probabilities)[0].OriginalExtent.Count * BytesPerVoxel;

    /// <summary>Merges the files of a case.</summary>
    /// <param name="files">The npz files, one per model; their properties lie beside them.</param>
    /// <param name="segmentationPath">Gets the segmentation, last.</param>
    /// <param name="probabilityPath">Gets the means, with the properties of all files beside it; null for none.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <exception cref="DescribedException">Files are damaged or do not fit each other or their properties.</exception>
    public static void Merge(IReadOnlyList<string> files, string segmentationPath, string? probabilityPath, CancellationToken cancel)
    {
        CaseProperties[] properties = [.. files.SelectMany(ProbabilityFile.ReadProperties)];
        LabelRule rule = LabelRule.OfProbabilities(Regions(files, properties));
        using ProbabilityMean mean = new(files);
        BoundingBox box = Box(files[0], properties[0], mean.Extent);
        if (rule.IsRegions && rule.RegionsClassOrder.Count != mean.Classes)
        {
            throw new EnsembleException(files[0], $"there are probabilities of {mean.Classes} regions, but {RegionsKey} names {rule.RegionsClassOrder.Count}", "predict the case again with -z");
        }

        Volume<short> labels = new(properties[0].OriginalExtent, properties[0].Geometry);
        IEnumerable<ReadOnlyMemory<float>> parts = Decide(mean, labels, box, rule, cancel);
        if (probabilityPath is null)
        {
            foreach (ReadOnlyMemory<float> _ in parts)
            {
                // each part decides some rows as it goes by
            }
        }
        else
        {
            ProbabilityFile.WriteProperties(probabilityPath, properties);
            NpzFile.Write(probabilityPath, [NpzEntry.FromParts(ProbabilityFile.Key, [mean.Classes, mean.Extent.Z, mean.Extent.Y, mean.Extent.X], Rounded(parts))]);
        }

        ImageFile.WriteLabels(segmentationPath, labels, properties[0].Image);
    }

    /// <summary>Takes each class's rows into the labels as they come, and hands them on; what is handed on is valid until the next part.</summary>
    internal static IEnumerable<ReadOnlyMemory<float>> Decide(ProbabilityMean mean, Volume<short> labels, BoundingBox box, LabelRule rule, CancellationToken cancel)
    {
        Extent extent = mean.Extent;
        int rows = extent.Z * extent.Y, rowsOfPart = Math.Clamp(VoxelsOfPart / extent.X, 1, rows);
        float[] values = new float[rowsOfPart * extent.X];
        float[] best = new float[rule.IsRegions ? 0 : checked((int)extent.Count)];
        Array.Fill(best, float.NegativeInfinity);
        for (int k = 0; k < mean.Classes; k++)
        {
            for (int first = 0; first < rows; first += rowsOfPart)
            {
                cancel.ThrowIfCancellationRequested();
                int count = Math.Min(rowsOfPart, rows - first) * extent.X;
                mean.Next(values.AsSpan(0, count));
                for (int at = 0, row = first; at < count; at += extent.X, row++)
                {
                    ReadOnlySpan<float> line = values.AsSpan(at, extent.X);
                    Span<short> decided = labels.Row(box.Start.Z + (row / extent.Y), box.Start.Y + (row % extent.Y)).Slice(box.Start.X, extent.X);
                    rule.Take(line, k, rule.IsRegions ? [] : best.AsSpan(row * extent.X, extent.X), decided);
                }

                yield return values.AsMemory(0, count);
            }
        }
    }

    private static IEnumerable<ReadOnlyMemory<Half>> Rounded(IEnumerable<ReadOnlyMemory<float>> parts)
    {
        Half[] halves = new Half[VoxelsOfPart];
        foreach (ReadOnlyMemory<float> part in parts)
        {
            if (halves.Length < part.Length) halves = new Half[part.Length];
            TensorPrimitives.ConvertToHalf(part.Span, halves);
            yield return halves.AsMemory(0, part.Length);
        }
    }

    /// <summary>Where the cropped image lies in the image.</summary>
    private static BoundingBox Box(string file, CaseProperties properties, Extent extent)
    {
        Extent cropped = Extent.From(properties.SizeAfterCropping.AsSpan()), full = properties.OriginalExtent;
        if (extent != cropped)
        {
            throw new EnsembleException(file, $"the probabilities have {extent} voxels (z, y, x), but the case's properties say {cropped}", "predict the case again with -z");
        }

        if (full.Count > Array.MaxLength)
        {
            throw new EnsembleException(file, $"the case's properties say that the image has {full} voxels, which are too many", "predict the case again with -z");
        }

        Extent start = properties.CropBbox.Count == 0 ? new Extent(0, 0, 0) : properties.CropBox.Start;
        return Enumerable.Range(0, 3).All(axis => start[axis] >= 0 && start[axis] + cropped[axis] <= full[axis])
            ? new BoundingBox(start, cropped)
            : throw new EnsembleException(file, $"a cropped image of {cropped} voxels from {start} on does not lie within the image of {full}", "predict the case again with -z");
    }

    /// <summary>The labels of regions in the order in which they are painted, where the outputs are regions; all files must agree.</summary>
    private static ValueArray<int> Regions(IReadOnlyList<string> files, CaseProperties[] properties)
    {
        ValueArray<int> order = properties[0].RegionsClassOrder ?? [];
        return properties.All(p => (p.RegionsClassOrder ?? []) == order)
            ? order
            : throw new EnsembleException(string.Join(", ", files), $"{RegionsKey} differs", "merge predictions of models with the same regions");
    }
}
