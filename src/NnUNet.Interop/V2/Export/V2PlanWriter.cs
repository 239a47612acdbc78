using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Export;

/// <summary>Turns a plan of version 1 into the <c>plans.json</c> of version 2, for one of its stages.</summary>
/// <remarks>Source of the keys: nnunetv2/experiment_planning/experiment_planners/default_experiment_planner.py, plan_experiment.</remarks>
internal static class V2PlanWriter
{
    /// <summary>What files are read by in version 2, by their ending; other endings are SimpleITK's too.</summary>
    private static readonly string[] PictureEndings = [".png", ".bmp", ".tif"];

    private static readonly Dictionary<string, string> Schemes = new(StringComparer.Ordinal)
    {
        ["CT"] = "CTNormalization",
        ["nonCT"] = "ZScoreNormalization",
        ["noNorm"] = "NoNormalization",
    };

    /// <summary>The plans.</summary>
    /// <param name="where">The model, for messages.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="names">Names of data set and plans.</param>
    /// <param name="configuration">The configuration with stage and network.</param>
    /// <param name="ending">The ending of the data set's files.</param>
    /// <exception cref="DescribedException">A channel's normalisation has no counterpart in version 2.</exception>
    public static JsonObject ToJson(string where, Plan plan, V2ExportNames names, V2ExportConfiguration configuration, string ending)
    {
        ConfigurationPlan full = plan.PlansPerStage[plan.PlansPerStage.Keys.Last()];
        return new JsonObject
        {
            ["dataset_name"] = names.Dataset,
            ["plans_name"] = names.Plans,
            ["original_median_spacing_after_transp"] = ProductJson.ToNode(full.CurrentSpacing),
            ["original_median_shape_after_transp"] = ProductJson.ToNode(full.MedianPatientSizeInVoxels),
            ["image_reader_writer"] = PictureEndings.Contains(ending) ? "NaturalImage2DIO" : "SimpleITKIO",
            ["transpose_forward"] = ProductJson.ToNode(plan.TransposeForward),
            ["transpose_backward"] = ProductJson.ToNode(plan.TransposeBackward),
            ["configurations"] = new JsonObject { [configuration.Name] = Configuration(where, plan, names, configuration) },
            ["experiment_planner_used"] = "ExperimentPlanner",
            ["label_manager"] = "LabelManager",
            ["foreground_intensity_properties_per_channel"] = Intensities(plan),
        };
    }

    private static JsonObject Configuration(string where, Plan plan, V2ExportNames names, V2ExportConfiguration configuration)
    {
        ConfigurationPlan stage = plan.PlansPerStage[configuration.Stage];
        int skipped = stage.CurrentSpacing.Count - stage.PatchSize.Count; // version 2 gives slices two numbers
        JsonObject json = new()
        {
            ["data_identifier"] = $"{names.Plans}_{configuration.Name}",
            ["preprocessor_name"] = "DefaultPreprocessor",
            ["batch_size"] = stage.BatchSize,
            ["patch_size"] = ProductJson.ToNode(stage.PatchSize),
            ["median_image_size_in_voxels"] = ProductJson.ToNode(stage.MedianPatientSizeInVoxels.Skip(stage.MedianPatientSizeInVoxels.Count - stage.PatchSize.Count).Select(static n => (double)n).ToArray()),
            ["spacing"] = ProductJson.ToNode(stage.CurrentSpacing.Skip(skipped).ToArray()),
            ["normalization_schemes"] = new JsonArray([.. plan.NormalizationSchemes.Select(s => (JsonNode)Scheme(where, s.Key, s.Value))]),
            ["use_mask_for_norm"] = new JsonArray([.. plan.NormalizationSchemes.Select(s => (JsonNode)(plan.UseMaskForNorm.GetValueOrDefault(s.Key) && s.Value == "nonCT"))]),
            ["resampling_fn_data"] = "resample_data_or_seg_to_shape",
            ["resampling_fn_seg"] = "resample_data_or_seg_to_shape",
            ["resampling_fn_data_kwargs"] = Resampling(isSegmentation: false, order: 3),
            ["resampling_fn_seg_kwargs"] = Resampling(isSegmentation: true, order: 1),
            ["resampling_fn_probabilities"] = "resample_data_or_seg_to_shape",
            ["resampling_fn_probabilities_kwargs"] = Resampling(isSegmentation: false, order: 1),
            ["architecture"] = new JsonObject
            {
                ["network_class_name"] = configuration.Network.ClassName,
                ["arch_kwargs"] = configuration.Network.Architecture.DeepClone(),
                ["_kw_requires_import"] = new JsonArray([.. ((string[])["conv_op", "norm_op", "dropout_op", "nonlin", "block"]).Where(configuration.Network.Architecture.ContainsKey).Select(static k => (JsonNode)k)]),
            },
            ["batch_dice"] = configuration.BatchDice,
        };
        if (configuration.Previous is { } previous) json["previous_stage"] = previous;
        return json;
    }

    private static JsonObject Resampling(bool isSegmentation, int order) => new() { ["is_seg"] = isSegmentation, ["order"] = order, ["order_z"] = 0, ["force_separate_z"] = null };

    private static string Scheme(string where, int channel, string scheme) => Schemes.TryGetValue(scheme, out string? name)
        ? name
        : throw new DescribedException(where, $"channel {channel} is normalised by {scheme}, which version 2 does not have", $"version 2 has counterparts of {string.Join(", ", Schemes.Keys)}");

    /// <summary>Version 2 looks each channel up, also those that are normalised case by case, of which version 1 measured nothing.</summary>
    private static JsonObject Intensities(Plan plan)
    {
        JsonObject channels = [];
        foreach (int channel in plan.Modalities.Keys)
        {
            ChannelIntensities? measured = plan.DatasetProperties.IntensityProperties?.GetValueOrDefault(channel);
            channels[channel.ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["max"] = measured?.Mx ?? 0,
                ["mean"] = measured?.Mean ?? 0,
                ["median"] = measured?.Median ?? 0,
                ["min"] = measured?.Mn ?? 0,
                ["percentile_00_5"] = measured?.Percentile005 ?? 0,
                ["percentile_99_5"] = measured?.Percentile995 ?? 0,
                ["std"] = measured?.Sd ?? 1,
            };
        }

        return channels;
    }
}
