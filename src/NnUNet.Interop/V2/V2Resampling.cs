using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Steps.V2;
using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Interop.V2;

/// <summary>Resampling as version 2's plans name it: a function and its arguments.</summary>
/// <remarks>Source: nnunetv2/preprocessing/resampling.</remarks>
internal static class V2Resampling
{
    private const string Linear = "linear", Nearest = "nearest-exact";

    /// <summary>The rule of a function and its arguments.</summary>
    /// <param name="where">Where they stand, for messages.</param>
    /// <param name="function">The function's name; one that is not known is looked for in the catalogue.</param>
    /// <param name="arguments">Its arguments; null for none.</param>
    /// <exception cref="DescribedException">An argument is not known or not supported.</exception>
    public static ResamplingRule Rule(string where, string function, JsonElement? arguments)
    {
        JsonElement given = arguments is { ValueKind: JsonValueKind.Object } told ? told : JsonSerializer.SerializeToElement(new Dictionary<string, int>());
        Arguments asked = ProductJson.From<Arguments>(where, given, "correct the plans");
        List<string> faults = [];
        bool torch = function is TorchResampling.Name or TorchResamplingOfAllAxes.Name;
        int order = torch ? OrderOf(faults, "mode", asked.Mode, "bilinear") : Checked(faults, "order", asked.Order);
        int orderZ = torch ? OrderOf(faults, "aniso_axis_mode", asked.CoarseMode, "trilinear") : Checked(faults, "order_z", asked.OrderZ);
        if (function is DefaultResampling.Name or TorchResampling.Name or TorchResamplingOfAllAxes.Name && asked.Unknown.Count > 0)
        {
            faults.Add($"{string.Join(", ", asked.Unknown.Keys)} {(asked.Unknown.Count == 1 ? "is" : "are")} not known");
        }

        if (faults.Count > 0) throw new DescribedException(where, string.Join("; ", faults), "correct the plans; results with another resampling would be others");
        return new ResamplingRule
        {
            Function = function,
            Order = order,
            OrderZ = orderZ,

            // The default function keeps axes together where nothing is said, the torch functions decide by the spacings.
            ForceSeparateZ = given.TryGetProperty("force_separate_z", out _) || torch ? asked.ForceSeparateZ : false,
            Threshold = asked.Threshold,
            Labels = torch && asked.HalfOfLabels ? LabelChoice.MoreThanHalf : null,
        };
    }

    private static int Checked(List<string> faults, string key, int order)
    {
        if (order is not (0 or 1 or 3)) faults.Add($"{key} is {order}, but known are 0, 1 and 3");
        return order;
    }

    private static int OrderOf(List<string> faults, string key, string mode, string linear)
    {
        if (mode == Linear || mode == linear) return 1;
        if (mode != Nearest) faults.Add($"{key} is {mode}, but known are {Linear} and {Nearest}");
        return 0;
    }

    private sealed record Arguments
    {
        [JsonPropertyName("is_seg")]
        public bool IsSegmentation { get; init; }

        [JsonPropertyName("order")]
        public int Order { get; init; } = 3;

        [JsonPropertyName("order_z")]
        public int OrderZ { get; init; }

        [JsonPropertyName("force_separate_z")]
        public bool? ForceSeparateZ { get; init; }

        [JsonPropertyName("separate_z_anisotropy_threshold")]
        public double Threshold { get; init; } = AnisotropicResampling.DefaultThreshold;

        [JsonPropertyName("memefficient_seg_resampling")]
        public bool HalfOfLabels { get; init; }

        [JsonPropertyName("mode")]
        public string Mode { get; init; } = Linear;

        [JsonPropertyName("aniso_axis_mode")]
        public string CoarseMode { get; init; } = Nearest;

        // How the original computes, not what.
        [JsonPropertyName("num_threads")]
        public JsonElement? Threads { get; init; }

        [JsonPropertyName("device")]
        public JsonElement? Device { get; init; }

        [JsonExtensionData]
        public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
    }
}
