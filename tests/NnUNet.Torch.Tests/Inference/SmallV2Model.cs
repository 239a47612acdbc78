using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>Writes small model folders of nnU-Net v2 with random weights.</summary>
internal static class SmallV2Model
{
    /// <summary>Plans in the old spelling: a network of two stages in 3D, and the second stage of a cascade.</summary>
    public const string Plans = """
        {"plans_name": "nnUNetPlans", "transpose_forward": [0, 1, 2], "configurations": {
          "3d_fullres": {"patch_size": [8, 8, 8], "spacing": [1, 1, 1], "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [false],
            "UNet_class_name": "PlainConvUNet", "UNet_base_num_features": 4, "unet_max_num_features": 320, "n_conv_per_stage_encoder": [1, 1], "n_conv_per_stage_decoder": [1],
            "num_pool_per_axis": [1, 1, 1], "pool_op_kernel_sizes": [[1, 1, 1], [2, 2, 2]], "conv_kernel_sizes": [[3, 3, 3], [3, 3, 3]]},
          "3d_cascade_fullres": {"inherits_from": "3d_fullres", "previous_stage": "3d_lowres"}}}
        """;

    /// <summary>Writes a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="configuration">The configuration that is trained.</param>
    /// <param name="dataset">The <c>dataset.json</c>.</param>
    /// <param name="inputs">The network's channels.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="reader">The plans' reader of images; null for none.</param>
    public static void Write(string folder, string configuration, string dataset, int inputs, int outputs, string? reader = null)
    {
        WriteFold(folder, "0", configuration, inputs, outputs, "nnUNetTrainer_OfSomebody");
        File.WriteAllText(Path.Combine(folder, "plans.json"), reader is null ? Plans : Plans.Replace("\"plans_name\"", $"\"image_reader_writer\": \"{reader}\", \"plans_name\"", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "dataset.json"), dataset);
    }

    /// <summary>Has a model's logits resampled linearly, as version 2 plans, which takes less memory than cubic splines.</summary>
    /// <param name="folder">The model's folder.</param>
    public static void ResampleLogitsLinearly(string folder)
    {
        string plans = Path.Combine(folder, "plans.json");
        File.WriteAllText(plans, File.ReadAllText(plans).Replace(
            "\"patch_size\"", "\"resampling_fn_probabilities_kwargs\": {\"is_seg\": false, \"order\": 1, \"order_z\": 0, \"force_separate_z\": null}, \"patch_size\"", StringComparison.Ordinal));
    }

    /// <summary>Writes a fold's checkpoint.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="fold">The fold's name.</param>
    /// <param name="configuration">The configuration that is trained.</param>
    /// <param name="inputs">The network's channels.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="trainer">The trainer's name.</param>
    /// <param name="mirrorAxes">The axes along which inference may mirror; null where they are not noted.</param>
    /// <param name="checkpoint">The checkpoint's name.</param>
    public static void WriteFold(
        string folder, string fold, string configuration, int inputs, int outputs, string trainer, long[]? mirrorAxes = null, string checkpoint = "checkpoint_final.pth")
    {
        Directory.CreateDirectory(Path.Combine(folder, $"fold_{fold}"));
        V2Configuration plan = ProductJson.Parse<V2Plans>("plans", Plans).Configuration("plans", configuration);
        (string? className, JsonObject? arguments) = plan.Network();
        NetworkDescription description = V2Network.Describe("plans", className!, arguments!, inputs, outputs, []);
        Random random = new(5);
        TorchZipWriter writer = new();
        PickleDictionary weights = new() { IsOrdered = true };
        foreach ((string name, ValueArray<long> shape) in V2Layout.Of(V2NetworkArguments.Of(description)).Parameters)
        {
            // Without biases the logits are of both signs.
            bool bias = name.EndsWith(".bias", StringComparison.Ordinal);
            float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, static (product, n) => product * n)).Select(_ => bias ? 0 : random.NextSingle() - 0.5f)];
            weights[name] = writer.Tensor(new TensorToWrite(name, shape, () => values));
        }

        PickleDictionary content = new()
        {
            ["network_weights"] = weights,
            ["trainer_name"] = trainer,
            ["init_args"] = new PickleDictionary { ["configuration"] = configuration, ["fold"] = fold },
        };
        if (mirrorAxes is not null) content["inference_allowed_mirroring_axes"] = new List<object?>(mirrorAxes.Cast<object?>());
        writer.Write(Path.Combine(folder, $"fold_{fold}", checkpoint), content, default);
    }
}
