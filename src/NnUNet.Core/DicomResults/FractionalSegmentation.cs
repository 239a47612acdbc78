using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Core.DicomResults;

/// <summary>Probabilities of a case as a DICOM SEG of fractions: of each class above the background, or of each region.</summary>
/// <remarks>One output after the other is brought onto the image's grid; what is kept of it are the slices in which it is not 0, a byte a voxel.</remarks>
internal static class FractionalSegmentation
{
    private const string Again = "predict the case again with --save_npz (nnU-Net v2: --save_probabilities), or with nnUNet_predict --dicom-seg-fractional";

    /// <summary>Writes the outputs of a model's networks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes: probabilities, or logits that become probabilities here.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract.</param>
    /// <param name="source">The series.</param>
    /// <param name="cancel">Stops within an output.</param>
    /// <exception cref="DescribedException">The series is not that of the case, or a value is not finite.</exception>
    public static void Write(string path, ProbabilityMaps probabilities, CaseProperties properties, ModelContract contract, SourceSeries source, CancellationToken cancel)
    {
        LabelContract labels = contract.Labels;
        IReadOnlyList<DicomSegment> segments = labels.HasRegions ? OfRegions(labels.Outputs, labels.Regions) : OfClasses(labels.Outputs, SegmentTable.Of(labels.SegmentsByValue()));
        IEnumerable<Volume<float>> outputs = V2ProbabilityFile.Outputs(probabilities, properties, contract, options: null, cancel).Select(values => new Volume<float>(values, properties.OriginalExtent, properties.Geometry));
        Write(path, outputs.Skip(labels.HasRegions ? 0 : 1), source, segments);
    }

    /// <summary>Writes the probabilities of a file.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="npz">The probabilities, <c>CASE.npz</c>, as this program, nnU-Net v1 or v2 write them, their properties beside them.</param>
    /// <param name="source">The series.</param>
    /// <param name="known">What is known of the labels.</param>
    /// <param name="cancel">Stops between slices.</param>
    /// <returns>The segments: the first has number 1.</returns>
    /// <exception cref="DescribedException">Files are missing or damaged, do not fit each other, or the series is another one.</exception>
    public static IReadOnlyList<DicomSegment> Write(string path, string npz, SourceSeries source, IReadOnlyList<DicomSegment> known, CancellationToken cancel)
    {
        if (!File.Exists(npz)) throw new DescribedException(npz, "the probabilities of the case are not there", Again);
        bool version2 = V2ProbabilityFile.Is(npz);
        using NpzArrayReader reader = NpzArrayReader.Open(npz, version2 ? V2ProbabilityFile.Key : ProbabilityFile.Key);
        long[] shape = [.. reader.Shape];
        if (shape.Length != 4 || shape.Any(static n => n is < 1 or > int.MaxValue) || shape[0] > short.MaxValue) throw new DescribedException(npz, $"the shape is ({string.Join(", ", shape)}), but must be (classes, z, y, x)", Again);
        int count = (int)shape[0];
        Extent stored = new((int)shape[1], (int)shape[2], (int)shape[3]);
        CaseProperties? properties = version2 ? null : ProbabilityFile.ReadProperties(npz)[0];
        (Extent full, BoundingBox box) = properties is null ? (stored, new BoundingBox(new Extent(0, 0, 0), stored)) : (properties.OriginalExtent, BoxOf(npz, properties, stored));
        if (full.Count > Array.MaxLength) throw new DescribedException(npz, $"the image has {full} voxels, more than a volume has", Again);
        MemoryLimit.Check(npz, full.Count * sizeof(float), $"a map of {full} voxels (z, y, x)");
        ImageGeometry geometry = properties?.Geometry ?? V2ProbabilityFile.ReadGeometry(npz);
        DatasetDescription? description = DescriptionNear(npz);
        bool regions = properties?.RegionsClassOrder is { Count: > 0 } || (version2 && description?.RegionsClassOrder.Count > 0);
        if (!regions && count < 2) throw new DescribedException(npz, "there is one class, the background", Again);
        IReadOnlyList<DicomSegment> segments = regions ? OfRegions(count, description?.Regions ?? []) : OfClasses(count, known);
        Write(path, Maps().Skip(regions ? 0 : 1), source, segments);
        return segments;

        IEnumerable<Volume<float>> Maps()
        {
            Volume<float> map = new(full, geometry);
            for (int k = 0; k < count; k++)
            {
                for (int z = 0; z < stored.Z; z++)
                {
                    cancel.ThrowIfCancellationRequested();
                    for (int y = 0; y < stored.Y; y++)
                    {
                        Span<float> row = map.Row(box.Start.Z + z, box.Start.Y + y).Slice(box.Start.X, stored.X);
                        reader.Read(row);
                        if (!FiniteVoxels.AreAll(row)) throw new DescribedException(npz, $"probabilities of output {k} are not finite", Again);
                    }
                }

                yield return map;
            }
        }
    }

    private static void Write(string path, IEnumerable<Volume<float>> maps, SourceSeries source, IReadOnlyList<DicomSegment> segments) =>
        SegmentationWriter.WriteFractions(path, maps.Select(m => LabelGrid.Place(m, source.Header.Extent, source.Header.Geometry, path)), source, segments);

    private static BoundingBox BoxOf(string npz, CaseProperties properties, Extent stored)
    {
        Extent full = properties.OriginalExtent, start = properties.CropBbox.Count == 0 ? new Extent(0, 0, 0) : properties.CropBox.Start;
        return Enumerable.Range(0, 3).All(axis => start[axis] >= 0 && (long)start[axis] + stored[axis] <= full[axis])
            ? new BoundingBox(start, stored)
            : throw new DescribedException(npz, $"{stored} voxels (z, y, x) from {start} on do not lie within the image of {full}", Again);
    }

    private static DicomSegment[] OfClasses(int outputs, IReadOnlyList<DicomSegment> known)
    {
        Dictionary<int, DicomSegment> byLabel = known.DistinctBy(static s => s.Value).ToDictionary(static s => s.Value);
        return [.. Enumerable.Range(1, outputs - 1).Select(label => byLabel.GetValueOrDefault(label) ?? DicomSegment.Of(label))];
    }

    private static DicomSegment[] OfRegions(int outputs, ValueArray<LabelRegion> regions) =>
        [.. Enumerable.Range(0, outputs).Select(i => DicomSegment.Of(i + 1, i < regions.Count ? regions[i].Name : FormattableString.Invariant($"region {i + 1}")) with { Colour = LabelColours.Of(i + 1) })];

    private static DatasetDescription? DescriptionNear(string npz)
    {
        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(npz))!, DatasetDescription.FileName);
        return File.Exists(file) ? DatasetDescription.Read(file) : null;
    }
}
