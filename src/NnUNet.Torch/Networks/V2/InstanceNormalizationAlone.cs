using NnUNet.Foundation;
using NnUNet.Torch.Onnx;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Each feature map of each sample to mean 0 and variance 1, and nothing learned.</summary>
/// <remarks>Source: torch.nn.InstanceNorm3d with affine=False, its default.</remarks>
[CatalogName(Name)]
public sealed class InstanceNormalizationAlone : Normalization
{
    internal const string Name = "InstanceNormWithoutScale";

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings) => new Layer(features, settings.Epsilon);

    private sealed class Layer(int features, double epsilon) : nn.Module<Tensor, Tensor>(nameof(InstanceNormalizationAlone)), IOnnxPart
    {
        public override Tensor forward(Tensor input) => F.group_norm(input, features, null, null, epsilon);

        public string WriteOnnx(OnnxGraph graph, string input)
        {
            string even = graph.Constant([.. Enumerable.Repeat(1f, features)], features), none = graph.Constant(new float[features], features);
            return graph.Add("InstanceNormalization", [input, even, none], ("epsilon", (float)epsilon));
        }
    }
}
