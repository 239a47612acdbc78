using System.Text.Json.Serialization;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>How probabilities are brought back onto the image's grid.</summary>
/// <remarks>Source: nnunet/inference/predict.py, segmentation_export_params.</remarks>
public sealed record ExportOptions
{
    /// <summary>The name of the <see cref="SplineFunction"/> that says which splines they are.</summary>
    /// <value>spline.</value>
    [JsonIgnore]
    public string Function { get; init; } = ResamplingRule.Spline;

    /// <summary>Interpolation order: 0 nearest, 1 linear, 3 cubic.</summary>
    /// <value>1.</value>
    [JsonPropertyName("interpolation_order")]
    public int Order { get; init; } = 1;

    /// <summary>Interpolation order along the axis that is resampled separately.</summary>
    /// <value>0.</value>
    [JsonPropertyName("interpolation_order_z")]
    public int OrderZ { get; init; }

    /// <summary>Whether the coarsest axis is resampled separately; null decides by the spacings.</summary>
    /// <value>null.</value>
    [JsonPropertyName("force_separate_z")]
    public bool? ForceSeparateZ { get; init; }

    /// <summary>Coarsest over finest spacing above which an axis is resampled separately.</summary>
    /// <value>3.</value>
    [JsonIgnore]
    public double Threshold { get; init; } = AnisotropicResampling.DefaultThreshold;

    /// <summary>Threads.</summary>
    /// <value>0: as many as <see cref="ParallelLoop.DefaultDegree"/>.</value>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>What a model asks for.</summary>
    public static ExportOptions From(ModelContract contract)
    {
        ResamplingRule rule = contract.Preprocessing.Outputs;
        return new ExportOptions { Function = rule.Function, Order = rule.Order, OrderZ = rule.OrderZ, ForceSeparateZ = rule.ForceSeparateZ, Threshold = rule.Threshold };
    }

    /// <summary>What is wrong with the options; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Order is not (0 or 1 or 3)) yield return $"interpolation_order is {Order}, but must be 0, 1 or 3";
        if (OrderZ is not (0 or 1 or 3)) yield return $"interpolation_order_z is {OrderZ}, but must be 0, 1 or 3";
    }
}
