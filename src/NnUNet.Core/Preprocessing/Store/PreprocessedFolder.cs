using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Core.Cropping;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Store;

/// <summary>The preprocessed cases of one stage: <c>nnUNetData_plans_v2.1_stage0/{CASE.npy, CASE_locations.npz, CASE.json}</c>.</summary>
/// <remarks>A case of the original (<c>CASE.pkl</c> with <c>CASE.npz</c>) counts where there is none of ours; its array is unpacked to <c>CASE.npy</c> when it is opened first, as the original does.</remarks>
/// <param name="folder">The stage's folder.</param>
public sealed class PreprocessedFolder(string folder)
{
    private const string LocationsSuffix = "_locations.npz";

    private readonly Lock _unpacking = new();

    /// <summary>The stage's folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The folder of a plan's stage in a preprocessed task: <c>nnUNetData_plans_v2.1_stage0</c>.</summary>
    /// <param name="preprocessedTask">The preprocessed task's folder.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The plan's stage.</param>
    public static PreprocessedFolder Of(string preprocessedTask, Plan plan, int stage) =>
        new(Path.Combine(preprocessedTask, string.Create(CultureInfo.InvariantCulture, $"{plan.DataIdentifier}_stage{stage}")));

    /// <summary>The names of the complete cases in ordinal order, those of the original included.</summary>
    public IReadOnlyList<string> Cases => [.. OwnCases.Union(CaseFolder.Files(Folder, PickledCase.PropertiesEnding).Keys.Where(IsPickled), StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Opens a case; its arrays stay on disk until they are read.</summary>
    /// <exception cref="PreprocessingException">The case is not there or its files do not fit each other.</exception>
    public PreprocessedCaseFile Open(string caseId)
    {
        if (IsOwn(caseId)) return new PreprocessedCaseFile(caseId, ArrayPath(caseId), () => ReadLocations(LocationsPath(caseId)), Properties(caseId));
        if (!IsPickled(caseId)) throw new PreprocessingException(Path.Combine(Folder, caseId), "there is no such preprocessed case", "run nnUNet_plan_and_preprocess");

        lock (_unpacking) PickledCase.Unpack(PackedPath(caseId), ArrayPath(caseId));
        CaseProperties properties = Properties(caseId);
        return new PreprocessedCaseFile(caseId, ArrayPath(caseId), () => PickledCase.Locations(PicklePath(caseId), Extent.From(properties.SizeAfterResampling.AsSpan())), properties);
    }

    /// <summary>How a case was made; its arrays are not opened.</summary>
    /// <exception cref="DescribedException">The file is missing or damaged.</exception>
    internal CaseProperties Properties(string caseId) =>
        !File.Exists(PropertiesPath(caseId)) && IsPickled(caseId) ? PickledCase.Properties(PicklePath(caseId)) : ProductJson.Read<CaseProperties>(PropertiesPath(caseId));

    /// <summary>Writes a case. Its properties come last: a case without them counts as not there.</summary>
    /// <param name="folder">The stage's folder; created where it is missing.</param>
    /// <param name="caseId">The case's name.</param>
    /// <param name="preprocessed">The case, with its segmentation.</param>
    /// <param name="classes">The foreground classes of which voxels are drawn.</param>
    public static void Write(string folder, string caseId, PreprocessedCase preprocessed, IEnumerable<int> classes)
    {
        PreprocessedFolder target = new(folder);
        short[] segmentation = preprocessed.Segmentation
            ?? throw new PreprocessingException(caseId, "the case has no segmentation", "preprocess it with its segmentation");
        Extent extent = preprocessed.Data.Extent;
        int channels = preprocessed.Data.Channels;
        Directory.CreateDirectory(folder);
        File.Delete(target.PropertiesPath(caseId));
        NpyFile.Write(
            target.ArrayPath(caseId),
            [channels + 1, extent.Z, extent.Y, extent.X],
            Enumerable.Range(0, channels).Select(c => new ReadOnlyMemory<float>(preprocessed.Data[c])).Concat(AsFloats(segmentation)));
        NpzFile.Write(
            target.LocationsPath(caseId),
            [
                .. ClassLocations.Draw(segmentation, extent, classes).Select(static l =>
                    NpzEntry.From<int>(l.Key.ToString(CultureInfo.InvariantCulture), l.Value, [l.Value.Length / 3, 3])),
            ],
            compress: false);
        ProductJson.Write(target.PropertiesPath(caseId), preprocessed.Properties);
    }

    /// <summary>How a case was made; null where the case is not complete, or is the original's, which does not say what it made a case from.</summary>
    internal CaseProperties? PropertiesOf(string caseId)
    {
        if (!File.Exists(PropertiesPath(caseId)) || !File.Exists(ArrayPath(caseId)) || !File.Exists(LocationsPath(caseId))) return null;
        try
        {
            return ProductJson.Read<CaseProperties>(PropertiesPath(caseId));
        }
        catch (DescribedException)
        {
            return null;
        }
    }

    /// <summary>Removes the files of cases that are not in the data set any more, and what runs that were killed left half written.</summary>
    internal void RemoveAllBut(IEnumerable<string> caseIds)
    {
        HashSet<string> keep = new(caseIds, StringComparer.Ordinal);
        foreach (string caseId in OwnCases.Where(c => !keep.Contains(c)))
        {
            File.Delete(PropertiesPath(caseId));
            File.Delete(ArrayPath(caseId));
            File.Delete(LocationsPath(caseId));
        }

        TemporaryFiles.RemoveAbandoned(Folder);
    }

    /// <summary>The numbers in parts; each part is valid until the next one.</summary>
    private static IEnumerable<ReadOnlyMemory<float>> AsFloats(short[] numbers)
    {
        float[] part = new float[Math.Min(numbers.Length, 1 << 14)];
        for (int start = 0; start < numbers.Length; start += part.Length)
        {
            int count = Math.Min(part.Length, numbers.Length - start);
            for (int i = 0; i < count; i++) part[i] = numbers[start + i];
            yield return part.AsMemory(0, count);
        }
    }

    private IEnumerable<string> OwnCases => CaseFolder.Files(Folder, ".json").Keys.Where(IsOwn);

    private bool IsOwn(string caseId) => File.Exists(PropertiesPath(caseId)) && File.Exists(ArrayPath(caseId));

    private bool IsPickled(string caseId) => !File.Exists(PropertiesPath(caseId)) && File.Exists(PicklePath(caseId)) && (File.Exists(PackedPath(caseId)) || File.Exists(ArrayPath(caseId)));

    private static Dictionary<int, int[]> ReadLocations(string path) => NpzFile.Read(path).ToDictionary(
        static entry => int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int label)
            ? label
            : throw new PreprocessingException(entry.Key, "this is not a class of drawn locations", "run nnUNet_plan_and_preprocess again"),
        static entry => entry.Value.ToArray<int>());

    private string PicklePath(string caseId) => Path.Combine(Folder, caseId + PickledCase.PropertiesEnding);

    private string PackedPath(string caseId) => Path.Combine(Folder, caseId + PickledCase.PackedEnding);

    private string ArrayPath(string caseId) => Path.Combine(Folder, caseId + ".npy");

    private string LocationsPath(string caseId) => Path.Combine(Folder, caseId + LocationsSuffix);

    private string PropertiesPath(string caseId) => Path.Combine(Folder, caseId + ".json");
}
