using System.Text.Json;
using NnUNet.Core.Augmentation;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation;

/// <summary>Access to the recorded augmentations: cases by name, 2D arrays as one slice.</summary>
internal sealed class AugmentationGolden
{
    private static readonly Lazy<JsonElement> Root = new(static () => JsonDocument.Parse(File.ReadAllText(TestData.Golden("augmentation/index.json"))).RootElement);

    private readonly IReadOnlyDictionary<string, NpyArray> _arrays;

    private AugmentationGolden(JsonElement facts, IReadOnlyDictionary<string, NpyArray> arrays)
    {
        Facts = facts;
        _arrays = arrays;
    }

    public JsonElement Facts { get; }

    public static JsonElement Index(string section) => Root.Value.GetProperty(section);

    public static AugmentationGolden Case(string name) => new(
        Root.Value.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name),
        NpzFile.Read(TestData.Golden($"augmentation/{name}.npz")));

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(static e => e.GetInt32())];

    /// <summary>(z, y, x) of a patch size of two or three numbers.</summary>
    public static Extent Extent(int[] size, int slices = 1) => size.Length == 3 ? new Extent(size[0], size[1], size[2]) : new Extent(slices, size[0], size[1]);

    public float[] Values(string name) => _arrays[name].ToArray<float>();

    /// <summary>(z, y, x) of a (c, z, y, x) or (c, y, x) array.</summary>
    public Extent ExtentOf(string name) => Extent([.. _arrays[name].Shape.Skip(1).Select(static n => (int)n)]);

    /// <summary>The case's input as a patch.</summary>
    public PatchBuffer Input()
    {
        float[] data = Values("data_in");
        Extent extent = ExtentOf("data_in");
        int count = (int)extent.Count;
        PatchBuffer patch = new(data.Length / count);
        patch.Reset(extent);
        for (int c = 0; c < patch.Channels; c++) data.AsSpan(c * count, count).CopyTo(patch.Channel(c));
        float[] labels = Values("seg_in");
        for (int i = 0; i < count; i++) patch.Segmentation[i] = (short)labels[i];
        return patch;
    }

    /// <summary>A recorded angle or scale: null, one number, or one an axis.</summary>
    public AxisValues Axes(string name, double missing)
    {
        JsonElement value = Facts.GetProperty(name);
        double[] numbers = value.ValueKind switch
        {
            JsonValueKind.Null => [missing, missing, missing],
            JsonValueKind.Number => [value.GetDouble(), value.GetDouble(), value.GetDouble()],
            _ => [.. value.EnumerateArray().Select(static e => e.GetDouble())],
        };
        return numbers.Length switch
        {
            1 => new AxisValues(numbers[0], 0, 0),
            2 => new AxisValues(1, numbers[0], numbers[1]),
            _ => new AxisValues(numbers[0], numbers[1], numbers[2]),
        };
    }

    public static float[] AllChannels(PatchBuffer patch) => [.. Enumerable.Range(0, patch.Channels).SelectMany(c => patch.Channel(c).ToArray())];
}
