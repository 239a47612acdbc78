using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Fuzz;

/// <summary>One target a reader: whatever the bytes are, it reads them or refuses them with a described error.</summary>
/// <remarks>The tests replay the corpus and mutations of it through the same targets.</remarks>
internal static partial class FuzzTargets
{
    // Where the images lie on which the structure sets of the corpus were drawn.
    private static readonly ImageGeometry Grid = ImageGeometry.Identity with { ItkSpacing = [0.7, 0.8, 2.5], ItkOrigin = [-30, -40, 100] };

    private static readonly Dictionary<string, (string Ending, Action<string> Read)> Targets = WithFurther(new(Formats(), StringComparer.Ordinal)
    {
        ["dicom_zip"] = (".zip", static path =>
        {
            if (DicomZip.HasDicom(path)) DicomSurvey.Of(path);
            ImageFile.ReadHeader(path);
            ImageFile.ReadChannels(path);
        }
        ),
        ["dicom_series"] = (".dcm", ReadSeries),
        ["dicom_rtstruct"] = (".dcm", static path => StructureSetReader.Open(path).ReadLabels(new Extent(12, 20, 24), Grid, SegmentOverlap.Last, [])),
        ["npy"] = (".npy", static path =>
        {
            NpyHeader header = NpyFile.ReadHeader(path);
            NpyFile.Read(path).ToArray<float>();
            if (header.DType != "<i2") return;
            using NpyMap<short> map = NpyFile.Map<short>(path);
            map.Read(0, new short[Math.Min(map.Count, 1000)]);
        }
        ),
        ["npz"] = (".npz", static path => NpzFile.Read(path)),
        ["npz_sequence"] = (".npz", static path =>
        {
            using NpzArrayReader reader = NpzArrayReader.Open(path, "data");
            long count = reader.Shape.Aggregate(1L, static (product, length) => product * length);
            for (float[] part = new float[1000]; count > 0; count -= part.Length) reader.Read(part.AsSpan(0, (int)Math.Min(count, part.Length)));
        }
        ),
        ["pickle"] = (".pkl", static path =>
        {
            object? value = PickleFile.Read(path);
            try
            {
                PickleJson.ToNode(value);
            }
            catch (InvalidDataException)
            {
                // Bytes, slices and names are read, but JSON has no place for them.
            }
        }
        ),
        ["safetensors"] = (".safetensors", static path =>
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            foreach (SafetensorsEntry entry in file.Entries) file.ReadFloat32(entry.Name);
        }
        ),
    });

    /// <summary>The names of the targets, which are the folders of the corpus too.</summary>
    public static IReadOnlyCollection<string> Names => Targets.Keys;

    /// <summary>Reads one file; only an error that is not described leaves this method.</summary>
    public static void Run(string target, string path) => Refusal(target, path);

    /// <summary>Reads bytes as a file of the target's ending in a folder.</summary>
    public static void Run(string target, string folder, byte[] bytes) => Refusal(target, folder, bytes);

    /// <summary>Reads bytes as a file of the target's ending in a folder; returns in which words they are refused, or null where they are read.</summary>
    public static string? Refusal(string target, string folder, byte[] bytes)
    {
        string path = Path.Combine(folder, "input" + Targets[target].Ending);
        File.WriteAllBytes(path, bytes);
        return Refusal(target, path);
    }

    /// <summary>A target for each image format, called like it: a new format has one by being there.</summary>
    private static IEnumerable<KeyValuePair<string, (string Ending, Action<string> Read)>> Formats() =>
        from name in Catalog<ImageFormat>.Names
        let format = Catalog<ImageFormat>.Create(name)
        where format.GetType().Assembly == typeof(ImageFormat).Assembly // tests have formats of their own
        select KeyValuePair.Create(name, (format.Endings.MinBy(static ending => ending.Length)!, (Action<string>)ReadImage));

    private static void ReadImage(string path)
    {
        _ = ImageLocation.Of(path)?.Files;
        ImageFile.ReadHeader(path);
        ImageFile.ReadChannels(path);
        ImageFile.ReadLabels(path);
    }

    /// <summary>Reads a slice as the second one of a series, PET as SUV, and looks through the folder.</summary>
    private static void ReadSeries(string path)
    {
        string folder = Directory.CreateTempSubdirectory("nnunet-fuzz-").FullName;
        try
        {
            byte[] slice = File.ReadAllBytes(path);
            File.WriteAllBytes(Path.Combine(folder, "b"), slice);
            foreach ((string name, byte[] bytes) in Neighbours()) File.WriteAllBytes(Path.Combine(folder, name), bytes);
            DicomSurvey.Of(folder);
            if (ImageLocation.Of(folder) is not { IsFolder: true }) return;
            using IDisposable unit = StandardUptake.Ask(asked: true);
            ImageFile.ReadHeader(folder);
            ImageFile.ReadChannels(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The slices before and behind those of the corpus.</summary>
    private static IEnumerable<(string Name, byte[] Bytes)> Neighbours()
    {
        yield return ("a", PetSlice.Bytes(0));
        yield return ("c", PetSlice.Bytes(2));
    }

    private static string? Refusal(string target, string path)
    {
        try
        {
            Targets[target].Read(path);
            return null;
        }
        catch (DescribedException e)
        {
            return e.Message; // refused in words: that is what a reader is for
        }
    }

    static partial void AddFurther(Dictionary<string, (string Ending, Action<string> Read)> targets);

    private static Dictionary<string, (string Ending, Action<string> Read)> WithFurther(Dictionary<string, (string Ending, Action<string> Read)> targets)
    {
        AddFurther(targets);
        return targets;
    }
}
