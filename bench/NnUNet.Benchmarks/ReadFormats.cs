using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using NnUNet.Benchmarks.Suite;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks;

/// <summary>
/// An image of 128x256x256 voxels in each format, read as float32 by us, by ITK as WebAssembly and by nibabel, in one run. The baseline is what no reader
/// can do without: the file's bytes, inflated where they are compressed.
/// </summary>
/// <remarks>The others are programs in <c>bench/reading</c>, and need their libraries; each has a process of its own, and its first run is not counted.</remarks>
internal static class ReadFormats
{
    private const int Runs = 7;
    private static readonly Extent Size = new(128, 256, 256);

    /// <summary>Runs once.</summary>
    /// <param name="scripts">The folder <c>bench/reading</c>.</param>
    /// <param name="modules">The folder whose <c>node_modules</c> has <c>@itk-wasm/image-io</c> and <c>@itk-wasm/dicom</c>.</param>
    /// <param name="python">A Python with nibabel.</param>
    public static MeasuredTable Run(string scripts, string modules, string python)
    {
        MachineFacts machine = MachineFacts.Now();
        string folder = Directory.CreateTempSubdirectory("nnunet-bench-").FullName;
        try
        {
            List<MeasuredRow> rows = [];
            string packed = Path.Combine(folder, "int16.nii.gz");
            foreach ((string name, string path) in Write(folder))
            {
                bool compressed = name.Contains("compressed", StringComparison.Ordinal);
                rows.Add(Row(name, compressed ? "inflate" : "read the bytes", Ours(compressed ? () => Inflate(packed) : () => Bytes(path)), baseline: true));
                rows.Add(Row(name, "ours", Ours(() => ImageFile.ReadVolume(path))));
                rows.Add(Row(name, "ITK (WebAssembly)", Other("node", Path.Combine(scripts, "itk_wasm.mjs"), modules, path)));
                if (name.StartsWith("NIfTI", StringComparison.Ordinal)) rows.Add(Row(name, "nibabel", Other(python, Path.Combine(scripts, "nibabel_read.py"), path)));
                foreach (MeasuredRow row in rows.Where(r => r.Case == name)) Console.WriteLine(row);
            }

            return new MeasuredTable { Name = nameof(ReadFormats), Machine = machine, Rows = [.. rows] };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, string Path)> Write(string folder)
    {
        Volume<short> image = new(Size, ImageGeometry.Identity with { ItkSpacing = [0.7, 0.7, 2.5], ItkOrigin = [-90, -90, 100] });
        for (int i = 0; i < image.Voxels.Length; i++) image.Voxels[i] = (short)((1000 * Math.Sin(i * 1e-3)) + (i * 7919L % 31));
        Volume<float> floats = LabelConversion.ToFloat(image);
        (string Name, string File, bool AsFloat)[] files =
        [
            ("NIfTI, int16, compressed", "int16.nii.gz", false),
            ("NIfTI, float32", "float.nii", true),
            ("NRRD, int16, compressed", "int16.nrrd", false),
            ("MetaImage, int16, compressed", "int16.mha", false),
            ("MetaImage, float32", "float.mha", true),
            ("TIFF, int16, compressed", "int16.tif", false),
        ];
        foreach ((string name, string file, bool asFloat) in files)
        {
            string path = Path.Combine(folder, file);
            if (asFloat) ImageFile.WriteVolume(path, floats);
            else ImageFile.WriteLabels(path, image);
            yield return (name, path);
        }

        string series = Directory.CreateDirectory(Path.Combine(folder, "series")).FullName;
        for (int z = 0; z < Size.Z; z++) WriteSlice(Path.Combine(series, $"IM{z:0000}.dcm"), image, z);
        yield return ("DICOM series, int16", series);
    }

    private static void WriteSlice(string path, Volume<short> image, int z)
    {
        string instance = $"1.2.3.4.{z + 1}";
        DicomDataSet data = new DicomDataSet(path)
            .AddText(DicomTag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
            .AddText(DicomTag.SOPInstanceUID, instance)
            .AddText(DicomTag.Modality, "CT")
            .AddText(DicomTag.PatientID, "P1")
            .AddText(DicomTag.StudyInstanceUID, "1.2.3")
            .AddText(DicomTag.SeriesInstanceUID, "1.2.3.4")
            .AddNumbers(DicomTag.SeriesNumber, 1)
            .AddNumbers(DicomTag.InstanceNumber, z + 1)
            .AddNumbers(DicomTag.ImagePositionPatient, -90, -90, 100 + (2.5 * z))
            .AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 1, 0)
            .AddNumbers(DicomTag.PixelSpacing, 0.7, 0.7)
            .AddNumbers(DicomTag.SliceThickness, 2.5)
            .AddNumbers(DicomTag.SamplesPerPixel, 1)
            .AddText(DicomTag.PhotometricInterpretation, "MONOCHROME2")
            .AddNumbers(DicomTag.Rows, Size.Y)
            .AddNumbers(DicomTag.Columns, Size.X)
            .AddNumbers(DicomTag.BitsAllocated, 16)
            .AddNumbers(DicomTag.BitsStored, 16)
            .AddNumbers(DicomTag.HighBit, 15)
            .AddNumbers(DicomTag.PixelRepresentation, 1)
            .AddNumbers(DicomTag.RescaleSlope, 1)
            .AddNumbers(DicomTag.RescaleIntercept, 0)
            .AddBytes(DicomTag.PixelData, System.Runtime.InteropServices.MemoryMarshal.AsBytes(image.Slice(z)).ToArray());
        DicomFile.Write(path, data, null);
    }

    private static byte[] Inflate(string path)
    {
        using GZipStream gzip = new(File.OpenRead(path), CompressionMode.Decompress);
        byte[] part = new byte[1 << 16];
        while (gzip.Read(part) > 0)
        {
            // only the time counts
        }

        return part;
    }

    private static object Bytes(string path) => Directory.Exists(path) ? Directory.GetFiles(path).Select(File.ReadAllBytes).ToArray() : File.ReadAllBytes(path);

    private static double[] Ours(Func<object> read)
    {
        GC.KeepAlive(read());
        GC.KeepAlive(read());
        double[] seconds = new double[Runs];
        for (int run = 0; run < Runs; run++)
        {
            GC.Collect();
            long begun = Stopwatch.GetTimestamp();
            GC.KeepAlive(read());
            seconds[run] = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }

        return seconds;
    }

    /// <summary>The seconds that another program prints, behind the count of the voxels that it read.</summary>
    private static double[] Other(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, [.. arguments, Runs.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string[] words = process.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        if (process.ExitCode != 0 || words.Length != Runs + 1 || words[0] != Size.Count.ToString(CultureInfo.InvariantCulture)) throw new DescribedException(program, $"it has not read {arguments[^1]}: {string.Join(' ', words)}", "install what it needs");
        return [.. words.Skip(1).Select(static word => double.Parse(word, CultureInfo.InvariantCulture))];
    }

    private static MeasuredRow Row(string image, string how, double[] seconds, bool baseline = false) => new() { Case = image, Name = how, Baseline = baseline, Seconds = [.. seconds] };
}
