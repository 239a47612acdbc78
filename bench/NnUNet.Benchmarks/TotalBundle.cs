using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Benchmarks.Pipeline;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Bundles;
using NnUNet.Core.Datasets;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;
using NnUNet.Interop.V2;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using TorchSharp;

namespace NnUNet.Benchmarks;

/// <summary>
/// <c>nnunet segment -b total</c> at its real size: models of nnU-Net v2 in its first spelling with patches of 128x128x128 and random weights, as
/// torch saves them, on a computed CT. The baseline is the time that the bare convolutions of the same tiles take.
/// </summary>
internal static class TotalBundle
{
    private const int Edge = 128, Stages = 6, FirstFeatures = 32, MostFeatures = 320;
    private const double TileStep = 0.8;
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    /// <summary>Makes the models and the image where they are missing, and measures the bundles.</summary>
    /// <param name="program">The program's <c>nnunet.dll</c>.</param>
    /// <param name="folder">Gets models, image and results; kept for the next run.</param>
    /// <param name="bundles">The bundles: <c>total</c>, <c>total_fast</c>.</param>
    public static MeasuredTable Run(string program, string folder, params IReadOnlyList<string> bundles)
    {
        Directory.CreateDirectory(folder);
        string image = Path.Combine(folder, "ct.nii.gz");
        if (!File.Exists(image)) WriteImage(image);
        SuiteOptions options = new() { Results = folder, Scratch = folder, Program = program, Machine = MachineFacts.Now() };
        Dictionary<int, TileTimes> tiles = [];
        List<MeasuredRow> rows = [];
        foreach (string name in bundles)
        {
            Bundle bundle = BundleDescriptions.Find(name);
            foreach (BundleModel model in bundle.Models) WriteModel(folder, model, bundle.Grid!.Spacing[0]);
            string report = Path.Combine(folder, name + ".json");
            ProcessFigures figures = ChildProcess.Run(options, Limit, new Dictionary<string, string>(), program, "segment", "-b", name, "-i", image, "-o", Path.Combine(folder, name + ".nii.gz"), "--models", folder, "--json", report);
            int count = Count(image, bundle.Grid!.Spacing[0]);
            TileTimes alone = bundle.Models.Select(model =>
            {
                int classes = model.Labels.Count + 1;
                if (!tiles.TryGetValue(classes, out TileTimes one)) tiles[classes] = one = OneTile(classes);
                return one;
            }).Aggregate(default(TileTimes), (sum, one) => new(sum.Network + (count * one.Network), sum.Convolutions + (count * one.Convolutions)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {figures.Wall:F1} s, peak {Figures.Bytes(figures.PeakBytes ?? 0)} (private {Figures.Bytes(figures.PrivateBytes ?? 0)}); {count} tiles a model; the networks' tiles alone {alone.Network:F1} s, ratio {figures.Wall / alone.Network:F2}; their bare convolutions {alone.Convolutions:F1} s, ratio {figures.Wall / alone.Convolutions:F2}"));
            string stages = StagesOf(JsonNode.Parse(File.ReadAllText(report))!["result"]?["segmented"]?[0]?["seconds"]);
            Console.WriteLine(stages);
            rows.Add(new MeasuredRow { Case = name, Name = "bare convolutions of the tiles", Baseline = true, Seconds = [alone.Convolutions], Note = string.Create(CultureInfo.InvariantCulture, $"{count} tiles for each of {bundle.Models.Count} models") });
            rows.Add(new MeasuredRow { Case = name, Name = "the tiles in the network alone", Seconds = [alone.Network] });
            rows.Add(new MeasuredRow { Case = name, Name = "nnunet segment", Seconds = [figures.Wall], PeakBytes = figures.PeakBytes, PrivateBytes = figures.PrivateBytes, Note = stages });
        }

        return new MeasuredTable { Name = nameof(TotalBundle), Machine = options.Machine, Rows = [.. rows] };
    }

    /// <summary>The stages that took a second or more, as the report tells them.</summary>
    private static string StagesOf(JsonNode? seconds) => string.Join(
        ", ",
        (seconds as JsonObject ?? []).Where(static s => s.Value!.GetValue<double>() >= 1).Select(static s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value!.GetValue<double>():F0} s")));

    /// <summary>A CT of 512x512x400 as the demo computes its images.</summary>
    private static void WriteImage(string path)
    {
        NumpyRandomState random = new(1234);
        Extent extent = new(400, 512, 512);
        ImageGeometry geometry = ImageGeometry.Identity with { ItkSpacing = [0.8, 0.8, 1.5], ItkOrigin = [-204.4, -204.4, -299.25] };
        SyntheticScene scene = SyntheticScene.Draw(random, extent, geometry);
        Volume<float> image = new(extent, geometry);
        ParallelLoop.ForEach(extent.Z, z =>
        {
            NumpyRandomState noise = new((uint)z);
            for (int y = 0; y < extent.Y; y++)
            {
                for (int x = 0; x < extent.X; x++) image[z, y, x] = MathF.Round((float)(scene.At(SyntheticGeometry.World(geometry, x, y, z)).Intensity + noise.Normal(0, scene.Noise)));
            }
        });
        ImageFile.WriteVolume(path, image);
    }

    /// <summary>A model of TotalSegmentator's kind: <c>plans.json</c> in the first spelling, one fold.</summary>
    private static void WriteModel(string folder, BundleModel model, double spacing)
    {
        string target = Path.Combine(folder, model.Dataset!, $"{model.Trainer}__{model.Plans}__{model.Configuration}"), checkpoint = Path.Combine(target, "fold_0", "checkpoint_final.pth");
        if (File.Exists(checkpoint)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(checkpoint)!);
        JsonObject labels = new() { ["background"] = 0 };
        foreach (string name in model.Labels) labels[name] = labels.Count;
        JsonObject dataset = new() { ["channel_names"] = new JsonObject { ["0"] = "CT" }, ["labels"] = labels, ["numTraining"] = 1, ["file_ending"] = ".nii.gz" };
        JsonObject plans = Plans(model, spacing);
        File.WriteAllText(Path.Combine(target, "dataset.json"), dataset.ToJsonString());
        File.WriteAllText(Path.Combine(target, "plans.json"), plans.ToJsonString());

        V2Layout layout = V2Layout.Of(V2NetworkArguments.Of(Network(labels.Count)));
        TorchZipWriter writer = new();
        Dictionary<string, PickledCall> tensors = layout.Parameters.ToDictionary(static p => p.Key, p => writer.Tensor(new TensorToWrite(p.Key, p.Value, () => Values(p.Key, p.Value))), StringComparer.Ordinal);
        PickleDictionary weights = new() { IsOrdered = true };
        foreach ((string key, string parameter) in layout.Keys) weights[key] = tensors[parameter];
        writer.Write(checkpoint, new PickleDictionary
        {
            ["network_weights"] = weights,
            ["init_args"] = new PickleDictionary { ["configuration"] = model.Configuration, ["fold"] = 0L },
            ["trainer_name"] = model.Trainer,
            ["inference_allowed_mirroring_axes"] = null,
        });
    }

    private static JsonObject Plans(BundleModel model, double spacing)
    {
        static JsonObject Kwargs(bool segmentation, int order) => new() { ["is_seg"] = segmentation, ["order"] = order, ["order_z"] = 0, ["force_separate_z"] = null };
        JsonObject statistics = new() { ["mean"] = 100, ["std"] = 60, ["min"] = -1000, ["max"] = 2000, ["median"] = 90, ["percentile_00_5"] = -900, ["percentile_99_5"] = 1500 };
        return new JsonObject
        {
            ["dataset_name"] = model.Dataset,
            ["plans_name"] = model.Plans,
            ["original_median_spacing_after_transp"] = Of(spacing, spacing, spacing),
            ["original_median_shape_after_transp"] = Of(273, 273, 400),
            ["image_reader_writer"] = "NibabelIOWithReorient",
            ["transpose_forward"] = Of(0, 1, 2),
            ["transpose_backward"] = Of(0, 1, 2),
            ["experiment_planner_used"] = "ExperimentPlanner",
            ["label_manager"] = "LabelManager",
            ["foreground_intensity_properties_per_channel"] = new JsonObject { ["0"] = statistics },
            ["configurations"] = new JsonObject
            {
                [model.Configuration!] = new JsonObject
                {
                    ["data_identifier"] = "nnUNetPlans_3d_fullres",
                    ["preprocessor_name"] = "DefaultPreprocessor",
                    ["batch_size"] = 2,
                    ["patch_size"] = Of(Edge, Edge, Edge),
                    ["median_image_size_in_voxels"] = Of(273, 273, 400),
                    ["spacing"] = Of(spacing, spacing, spacing),
                    ["normalization_schemes"] = new JsonArray("CTNormalization"),
                    ["use_mask_for_norm"] = new JsonArray(false),
                    ["UNet_class_name"] = "PlainConvUNet",
                    ["UNet_base_num_features"] = FirstFeatures,
                    ["unet_max_num_features"] = MostFeatures,
                    ["n_conv_per_stage_encoder"] = Repeated(Stages, static _ => 2),
                    ["n_conv_per_stage_decoder"] = Repeated(Stages - 1, static _ => 2),
                    ["num_pool_per_axis"] = Of(5, 5, 5),
                    ["pool_op_kernel_sizes"] = Repeated(Stages, static s => s == 0 ? Of(1, 1, 1) : Of(2, 2, 2)),
                    ["conv_kernel_sizes"] = Repeated(Stages, static _ => Of(3, 3, 3)),
                    ["resampling_fn_data"] = "resample_data_or_seg_to_shape",
                    ["resampling_fn_data_kwargs"] = Kwargs(false, 3),
                    ["resampling_fn_seg"] = "resample_data_or_seg_to_shape",
                    ["resampling_fn_seg_kwargs"] = Kwargs(true, 1),
                    ["resampling_fn_probabilities"] = "resample_data_or_seg_to_shape",
                    ["resampling_fn_probabilities_kwargs"] = Kwargs(false, 1),
                    ["batch_dice"] = true,
                },
            },
        };
    }

    private static Core.Planning.NetworkDescription Network(int classes) => V2Network.Describe(
        "benchmark",
        "PlainConvUNet",
        new JsonObject
        {
            ["n_stages"] = Stages,
            ["features_per_stage"] = Repeated(Stages, Features),
            ["conv_op"] = "torch.nn.modules.conv.Conv3d",
            ["kernel_sizes"] = Repeated(Stages, static _ => Of(3, 3, 3)),
            ["strides"] = Repeated(Stages, static s => s == 0 ? Of(1, 1, 1) : Of(2, 2, 2)),
            ["n_conv_per_stage"] = Repeated(Stages, static _ => 2),
            ["n_conv_per_stage_decoder"] = Repeated(Stages - 1, static _ => 2),
            ["conv_bias"] = true,
            ["norm_op"] = "torch.nn.modules.instancenorm.InstanceNorm3d",
            ["norm_op_kwargs"] = new JsonObject { ["eps"] = 1e-5, ["affine"] = true },
            ["dropout_op"] = null,
            ["dropout_op_kwargs"] = null,
            ["nonlin"] = "torch.nn.LeakyReLU",
            ["nonlin_kwargs"] = new JsonObject { ["inplace"] = true },
        },
        inputChannels: 1,
        classes,
        mirrorAxes: []);

    /// <summary>Scales of norms are 1, biases 0; kernels are drawn so that the variance of what passes stays.</summary>
    private static float[] Values(string name, ValueArray<long> shape)
    {
        float[] values = new float[shape.Aggregate(1L, static (product, n) => product * n)];
        if (shape.Count == 1)
        {
            if (name.EndsWith(".weight", StringComparison.Ordinal)) values.AsSpan().Fill(1);
            return values;
        }

        Random random = new(name.Length + (int)shape[0]);
        float limit = MathF.Sqrt(6f / shape.Skip(1).Aggregate(1L, static (product, n) => product * n));
        for (int i = 0; i < values.Length; i++) values[i] = ((2 * random.NextSingle()) - 1) * limit;
        return values;
    }

    /// <summary>Seconds of one tile in the network alone and in its bare convolutions, the best of some in turn.</summary>
    private static TileTimes OneTile(int classes)
    {
        using TorchWorker worker = new(TorchDevice.Cpu, threads: 0);
        return worker.Run(() =>
        {
            torch.ScalarType? type = ComputePrecisions.FastestOn(TorchDevice.Cpu).ConvolutionType();
            using SegmentationNetwork network = NetworkFactory.Create(Network(classes));
            network.DeepSupervision = false;
            network.ConvolutionType = type;
            network.eval();
            using BareConvolutions bare = new(3, [.. Enumerable.Range(0, Stages).Select(Features)], classes, type);
            using IDisposable inference = torch.inference_mode();
            using torch.Tensor image = torch.zeros([1, 1, Edge, Edge, Edge]);
            TileTimes best = new(double.PositiveInfinity, double.PositiveInfinity);
            for (int run = 0; run < 4; run++)
            {
                double whole = Seconds(() => network.call(image)[0].sum().item<float>());
                best = new(Math.Min(best.Network, whole), Math.Min(best.Convolutions, Seconds(() => bare.RunForward(image))));
            }

            return best;
        });
    }

    private static double Seconds(Action action)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        long begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static int Features(int stage) => Math.Min(FirstFeatures << stage, MostFeatures);

    private static int Count(string image, double spacing)
    {
        ImageHeader read = ImageFile.ReadHeader(image);
        int[] size = [.. new (int Count, double Spacing)[] { (read.Extent.Z, read.Geometry.Spacing.Z), (read.Extent.Y, read.Geometry.Spacing.Y), (read.Extent.X, read.Geometry.Spacing.X) }
            .Select(axis => Math.Max(Edge, (int)Math.Round(axis.Count * axis.Spacing / spacing)))];
        return SlidingWindow.Steps([Edge, Edge, Edge], size, TileStep).Aggregate(1, static (product, starts) => product * starts.Length);
    }

    private static JsonArray Of(params ReadOnlySpan<double> values)
    {
        JsonArray array = [];
        foreach (double value in values) array.Add(value % 1 == 0 ? JsonValue.Create((int)value) : JsonValue.Create(value));
        return array;
    }

    private static JsonArray Repeated<T>(int count, Func<int, T> value)
    {
        JsonArray array = [];
        for (int i = 0; i < count; i++) array.Add(value(i) is JsonNode node ? node : JsonValue.Create(value(i)));
        return array;
    }

    /// <summary>Seconds of tiles.</summary>
    private readonly record struct TileTimes(double Network, double Convolutions);
}
