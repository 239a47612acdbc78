using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>The frames of a file with their places: one of a classic file, many of an enhanced one with functional groups.</summary>
internal static class DicomFrames
{
    /// <summary>A frame that is compressed has at least so many bytes: the headers of both methods are longer.</summary>
    private const int FewestBytesOfFrame = 16;

    private const string Damaged = "the file is damaged; export the series again";

    /// <summary>Whether a file holds an image: it has rows and pixels, and is no segmentation.</summary>
    public static bool IsImage(DicomFile file) =>
        PixelTag(file.Data) is not null && file.Data.Contains(DicomTag.Rows) && file.Data.Text(DicomTag.SOPClassUID) != DicomUid.Segmentation;

    /// <summary>Which attribute has the pixels; null for a file without.</summary>
    public static DicomTag? PixelTag(DicomDataSet data) =>
        data.Contains(DicomTag.PixelData) ? DicomTag.PixelData
        : data.Contains(DicomTag.FloatPixelData) ? DicomTag.FloatPixelData
        : data.Contains(DicomTag.DoubleFloatPixelData) ? DicomTag.DoubleFloatPixelData
        : null;

    /// <summary>The frames in the order of the file.</summary>
    /// <param name="file">An image's file, read without pixels.</param>
    /// <exception cref="FileFormatException">The pixels are of a kind that is not read, or fewer than the file promises.</exception>
    public static IReadOnlyList<DicomSlice> Of(DicomFile file)
    {
        DicomDataSet data = file.Data;
        int frames = data.Integer(DicomTag.NumberOfFrames) ?? 1;
        PixelForm form = PixelForm.Of(file);
        form.CheckPromise(file, frames);
        if (data.Contains(DicomTag.ModalityLUTSequence) && !data.Contains(DicomTag.RescaleSlope))
            throw new FileFormatException(file.Path, "the stored values become measured ones by a table (ModalityLUTSequence), which is not read", "export the series with rescale slope and intercept");

        IReadOnlyList<DicomDataSet> each = data.Items(DicomTag.PerFrameFunctionalGroupsSequence);
        DicomDataSet? shared = data.Item(DicomTag.SharedFunctionalGroupsSequence);
        if (each.Count > 0 && each.Count != frames)
            throw new FileFormatException(file.Path, $"the file says {frames} frames, but tells of {each.Count} where they lie", Damaged);
        if (frames > 1 && each.Count == 0)
            throw new FileFormatException(file.Path, $"the file has {frames} frames, but does not tell where they lie (no functional groups)", "it is a film or no volume; export the series as one file a slice, or as an enhanced multi-frame file");

        return [.. Enumerable.Range(0, frames).Select(f => Slice(file, f, each.Count == 0 ? null : each[f], shared))];

        static DicomSlice Slice(DicomFile file, int frame, DicomDataSet? own, DicomDataSet? shared)
        {
            DicomDataSet data = file.Data;
            DicomDataSet Group(DicomTag macro) => own?.Item(macro) ?? shared?.Item(macro) ?? data;
            double[]? spacing = Group(DicomTag.PixelMeasuresSequence).Numbers(DicomTag.PixelSpacing, 2) ?? data.Numbers(DicomTag.ImagerPixelSpacing, 2);
            if (spacing is not null && !Array.TrueForAll(spacing, static s => s > 0))
                throw new FileFormatException(file.Path, FormattableString.Invariant($"the pixels are {spacing[0]} mm by {spacing[1]} mm apart"), Damaged);

            DicomDataSet transformation = Group(DicomTag.PixelValueTransformationSequence);
            double slope = transformation.Number(DicomTag.RescaleSlope) ?? 1, intercept = transformation.Number(DicomTag.RescaleIntercept) ?? 0;
            if (!double.IsFinite(slope) || !double.IsFinite(intercept)) throw new FileFormatException(file.Path, "the rescale slope or intercept is not finite", Damaged);
            return new DicomSlice(
                file,
                frame,
                Group(DicomTag.PlanePositionSequence).Numbers(DicomTag.ImagePositionPatient, 3),
                Group(DicomTag.PlaneOrientationSequence).Numbers(DicomTag.ImageOrientationPatient, 6),
                spacing?[0],
                spacing?[1],
                slope == 0 ? 1 : slope, // as dcm2niix takes it: 0 would leave nothing of the image
                intercept);
        }
    }

    /// <summary>How the numbers of the pixels are stored.</summary>
    /// <param name="Rows">Rows of a frame.</param>
    /// <param name="Columns">Columns of a frame.</param>
    /// <param name="Allocated">Bits of a number in the file: 8, 16 or 32, 64 for floating point.</param>
    /// <param name="Stored">Bits of them that count.</param>
    /// <param name="HighBit">The highest of these.</param>
    /// <param name="IsSigned">Whether the highest is a sign.</param>
    /// <param name="IsFloat">Whether they are floating point.</param>
    internal sealed record PixelForm(int Rows, int Columns, int Allocated, int Stored, int HighBit, bool IsSigned, bool IsFloat)
    {
        /// <summary>Bytes of a frame.</summary>
        public long FrameBytes => (long)Rows * Columns * (Allocated / 8);

        /// <summary>The number type by numpy's name.</summary>
        public string DataType => IsFloat ? $"float{Allocated}" : $"{(IsSigned ? "int" : "uint")}{Allocated}";

        /// <summary>The form of a file's pixels.</summary>
        /// <exception cref="FileFormatException">It is not read.</exception>
        public static PixelForm Of(DicomFile file)
        {
            DicomDataSet data = file.Data;
            if (file.Syntax.Coding == PixelCoding.Other)
            {
                throw new FileFormatException(
                    file.Path, $"the pixels are compressed by {file.Syntax.Name}, which is not read", "decompress all files of the series: gdcmconv --raw IN.dcm OUT.dcm (of GDCM), or for JPEG dcmdjpeg IN.dcm OUT.dcm (of dcmtk)");
            }

            int samples = data.Integer(DicomTag.SamplesPerPixel) ?? 1;
            string photometric = data.Text(DicomTag.PhotometricInterpretation) ?? "MONOCHROME2";
            if (samples != 1 || photometric is not ("MONOCHROME1" or "MONOCHROME2"))
                throw new FileFormatException(file.Path, $"the image is in colours ({photometric}, {samples} {(samples == 1 ? "value" : "values")} a pixel)", "give images of one measured value a voxel");

            int rows = data.NeededInteger(DicomTag.Rows), columns = data.NeededInteger(DicomTag.Columns);
            DicomTag pixels = PixelTag(data) ?? throw data.Missing(DicomTag.PixelData);
            int allocated = pixels switch
            {
                DicomTag.FloatPixelData => 32,
                DicomTag.DoubleFloatPixelData => 64,
                _ => data.NeededInteger(DicomTag.BitsAllocated),
            };
            bool isFloat = pixels != DicomTag.PixelData;
            int stored = isFloat ? allocated : data.Integer(DicomTag.BitsStored) ?? allocated, high = isFloat ? allocated - 1 : data.Integer(DicomTag.HighBit) ?? (stored - 1);
            if (rows < 1 || columns < 1) throw new FileFormatException(file.Path, $"the image has {rows} rows and {columns} columns", Damaged);
            if (!isFloat && (allocated is not (8 or 16 or 32) || stored < 1 || stored > allocated || high < stored - 1 || high >= allocated))
                throw new FileFormatException(file.Path, $"{stored} of {allocated} bits up to bit {high} are stored a voxel, but 8, 16 and 32 with bits within them are read", "export the series as 16 bits a voxel");
            return new PixelForm(rows, columns, allocated, stored, high, !isFloat && data.Integer(DicomTag.PixelRepresentation) == 1, isFloat);
        }

        /// <summary>Compares what the file promises with the bytes that it has, before anything is allocated for it.</summary>
        /// <param name="file">The file.</param>
        /// <param name="frames">Its frames.</param>
        public void CheckPromise(DicomFile file, int frames)
        {
            DicomElement pixels = file.Data.Find(PixelTag(file.Data)!.Value)!;
            if (frames < 1) throw new FileFormatException(file.Path, $"the file says {frames} frames", Damaged);
            if (FrameBytes > Array.MaxLength) throw new FileFormatException(file.Path, $"a frame has {Rows} x {Columns} voxels, more than is read", "export the series in smaller slices");

            bool packed = pixels.Fragments is not null;
            if (packed && file.Syntax.Coding == PixelCoding.Native)
                throw new FileFormatException(file.Path, $"the pixels are in fragments, but {file.Syntax.Name} has none", Damaged);
            if (!packed && file.Syntax.Coding != PixelCoding.Native)
                throw new FileFormatException(file.Path, $"the pixels should be compressed ({file.Syntax.Name}), but are not", Damaged);

            Int128 needed = (Int128)FrameBytes * frames;

            // Run lengths make at most 128 bytes of 2, lossless JPEG at most 8 voxels of a byte.
            Int128 most = !packed ? pixels.StoredLength : file.Syntax.Coding == PixelCoding.RunLengths ? (Int128)pixels.StoredLength * 64 : (Int128)pixels.StoredLength * 8 * (Allocated / 8);
            if (needed > most || (packed && (long)frames * FewestBytesOfFrame > pixels.StoredLength))
                throw new FileFormatException(file.Path, $"{frames} {(frames == 1 ? "frame" : "frames")} of {Rows} x {Columns} voxels need {needed} bytes, but the pixels have {pixels.StoredLength}{(packed ? ", compressed" : "")}", Damaged);
        }
    }
}
