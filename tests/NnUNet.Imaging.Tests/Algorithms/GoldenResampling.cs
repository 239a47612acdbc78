using System.Text.Json.Nodes;
using NnUNet.Files.Numpy;
using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>One recorded call of resample_patient: arguments, input, output.</summary>
internal sealed class GoldenResampling
{
    private readonly JsonNode _arguments;
    private readonly IReadOnlyDictionary<string, NpyArray> _arrays;

    private GoldenResampling(JsonNode arguments)
    {
        _arguments = arguments;
        _arrays = NpzFile.Read(TestData.Golden($"resampling/{Name}.npz"));
    }

    public string Name => (string)_arguments["name"]!;

    public int? SeparateAxis => AnisotropicResampling.SeparateAxis(Spacing("original_spacing"), Spacing("target_spacing"), (bool?)_arguments["force_separate_z"]);

    public bool SeparateExpected => (bool)_arguments["separate_z_expected"]!;

    public bool HasData => _arrays.ContainsKey("data_in");

    public bool HasLabels => _arrays.ContainsKey("seg_in");

    public Extent From => ExtentOf(HasData ? "data_in" : "seg_in");

    public Extent Expected => ExtentOf(HasData ? "data_out" : "seg_out");

    public Extent To => AnisotropicResampling.NewExtent(From, Spacing("original_spacing"), Spacing("target_spacing"));

    public float[] DataOut => _arrays["data_out"].ToArray<float>();

    public float LargestData => DataOut.Max(Math.Abs);

    public short[] LabelsIn => Array.ConvertAll(_arrays["seg_in"].ToArray<float>(), static v => (short)v);

    public short[] LabelsOut => Array.ConvertAll(_arrays["seg_out"].ToArray<float>(), static v => (short)v);

    public int OrderData => (int)_arguments["order_data"]!;

    public int OrderZData => (int)_arguments["order_z_data"]!;

    public int OrderLabels => (int)_arguments["order_seg"]!;

    public int OrderZLabels => (int)_arguments["order_z_seg"]!;

    public float[][] Channels => [.. _arrays["data_in"].ToArray<float>().Chunk((int)From.Count)];

    public static GoldenResampling Open(string name)
    {
        JsonNode index = JsonNode.Parse(File.ReadAllText(TestData.Golden("resampling/index.json")))!;
        return new GoldenResampling(index["cases"]!.AsArray().Single(c => (string)c!["name"]! == name)!);
    }

    private Extent ExtentOf(string key) => Extent.From([.. _arrays[key].Shape.Skip(1).Select(static n => (int)n)]);

    private Spacing Spacing(string key) => NnUNet.Imaging.Spacing.From([.. _arguments[key]!.AsArray().Select(static v => (double)v!)]);
}
