using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks.Fused;

/// <summary>Instance normalisation and leaky rectifier as one operation on the CPU, with its own backward pass.</summary>
/// <remarks>
/// In torch each of norm, rectifier and the casts around them goes over all features by itself, and the norm's backward pass
/// is slow where the features lie together. The plain twin is group_norm with one feature a group, then leaky_relu.
/// </remarks>
internal static class FusedNorm
{
    /// <summary>Whether these features (B, F, …) can be computed so; otherwise the plain layers do it.</summary>
    public static bool Fits(Tensor input) => Takes(input.device_type, input.dtype) && Takes((int)input.shape[1]) && ChannelsLast.Is(input);

    /// <summary>Whether a device and a type can be computed so.</summary>
    public static bool Takes(DeviceType device, ScalarType type) =>
        Vector256.IsHardwareAccelerated && device == DeviceType.CPU && type is ScalarType.BFloat16 or ScalarType.Float32;

    /// <summary>Whether a number of features can be computed so.</summary>
    public static bool Takes(int features) => features % ILanes.Count == 0;

    /// <summary>Normalises and rectifies; where no gradient is wanted, in the input's memory.</summary>
    /// <param name="input">Features (B, F, …), see <see cref="Fits"/>.</param>
    /// <param name="weight">Scale of each feature, float32.</param>
    /// <param name="bias">Shift of each feature, float32.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="slope">The rectifier's slope below zero; 1 leaves the rectifier out.</param>
    /// <returns>Features of the input's type and layout.</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor bias, double epsilon, double slope)
    {
        NormShape shape = new(epsilon, (float)slope, get_num_threads());
        if (is_grad_enabled() && (input.requires_grad || weight.requires_grad)) return Differentiable.apply(input, weight, bias, shape);

        Tensor output = input.alias();
        Forward(input, weight, bias, output, shape).Dispose();
        return output;
    }

    /// <returns>The statistics (B, 2, F).</returns>
    private static unsafe Tensor Forward(Tensor input, Tensor weight, Tensor bias, Tensor output, NormShape shape)
    {
        Tensor statistics = empty(input.shape[0], 2, input.shape[1]);
        FeatureBlocks blocks = Cut(input);
        if (input.dtype == ScalarType.BFloat16) NormKernel<BFloat16Lanes>.Forward(ChannelsLast.Memory(input), ChannelsLast.Memory(output), Floats(weight), Floats(bias), Floats(statistics), blocks, shape);
        else NormKernel<FloatLanes>.Forward(ChannelsLast.Memory(input), ChannelsLast.Memory(output), Floats(weight), Floats(bias), Floats(statistics), blocks, shape);
        return statistics;
    }

    private static unsafe List<Tensor> Backward(Tensor input, Tensor weight, Tensor bias, Tensor statistics, Tensor gradient, NormShape shape)
    {
        using Tensor dy = ChannelsLast.Of(gradient);
        Tensor dx = empty_like(input), dw = empty_like(weight), db = empty_like(bias);
        FeatureBlocks blocks = Cut(input);
        if (input.dtype == ScalarType.BFloat16)
        {
            NormKernel<BFloat16Lanes>.Backward(
                ChannelsLast.Memory(input), ChannelsLast.Memory(dy), ChannelsLast.Memory(dx), Floats(weight), Floats(bias), Floats(statistics), Floats(dw), Floats(db), blocks, shape);
        }
        else
        {
            NormKernel<FloatLanes>.Backward(
                ChannelsLast.Memory(input), ChannelsLast.Memory(dy), ChannelsLast.Memory(dx), Floats(weight), Floats(bias), Floats(statistics), Floats(dw), Floats(db), blocks, shape);
        }

        return [dx, dw, db];
    }

    private static FeatureBlocks Cut(Tensor input) => new(
        checked((int)input.shape[0]),
        input.shape[2..].Aggregate(1L, static (product, n) => product * n),
        checked((int)input.shape[1]),
        (int)input.element_size());

    private static unsafe float* Floats(Tensor values) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.bytes));

    /// <summary>The operation as torch's differentiation sees it.</summary>
    private sealed class Differentiable : autograd.SingleTensorFunction<Differentiable>
    {
        private const string Shape = nameof(Shape);

        public override string Name => nameof(FusedNorm);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            (Tensor input, Tensor weight, Tensor bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            Tensor output = empty_like(input);
            Tensor statistics = Forward(input, weight, bias, output, (NormShape)vars[3]);
            ctx.save_data(Shape, vars[3]);
            ctx.save_for_backward([input, weight, bias, statistics]);
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            List<Tensor> saved = ctx.get_saved_variables();
            List<Tensor> gradients = Backward(saved[0], saved[1], saved[2], saved[3], grad_output, (NormShape)ctx.get_data(Shape));
            foreach (Tensor tensor in saved) tensor.Dispose();
            return [.. gradients, null!];
        }
    }
}
