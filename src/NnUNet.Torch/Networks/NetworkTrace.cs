using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>A convolution as it was seen in a forward pass.</summary>
/// <param name="Name">The module's name in the network.</param>
/// <param name="Inputs">Feature maps that come in.</param>
/// <param name="Outputs">Feature maps that go out.</param>
/// <param name="Kernel">Voxels of the kernel, array order.</param>
/// <param name="From">By how much its input is smaller than the image, per axis.</param>
/// <param name="To">By how much its output is smaller than the image, per axis.</param>
internal sealed record TracedConvolution(string Name, int Inputs, int Outputs, ValueArray<int> Kernel, ValueArray<int> From, ValueArray<int> To)
{
    /// <summary>Whether the output is larger than the input.</summary>
    public bool Magnifies => From.Zip(To).Any(static p => p.Second < p.First);
}

/// <summary>Finds out what any network does by watching the modules that convolve while it sees an image of zeros.</summary>
internal static class NetworkTrace
{
    /// <summary>The convolutions in the order of their use. Call it on the thread that calls torch.</summary>
    /// <param name="network">The network; nothing of it is changed, and it is left in evaluation mode.</param>
    /// <param name="device">Where its parameters are.</param>
    public static IReadOnlyList<TracedConvolution> Of(SegmentationNetwork network, Device device)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long[] image = [.. network.Divisor.Select(static n => 2L * n)];
        List<TracedConvolution> seen = [];
        List<Action> unhook = [];
        bool deep = network.DeepSupervision;
        network.eval();
        network.DeepSupervision = true;
        try
        {
            foreach ((string name, nn.Module module) in network.named_modules())
            {
                if (module is not nn.Module<Tensor, Tensor> layer || KernelOf(layer, image.Length) is not { } kernel) continue;

                var hook = layer.register_forward_hook((_, input, output) =>
                {
                    seen.Add(new TracedConvolution(name, (int)input.shape[1], (int)output.shape[1], kernel, Strides(image, input), Strides(image, output)));
                    return output;
                });
                unhook.Add(hook.remove);
            }

            network.call(zeros([1, network.InputChannels, .. image], device: device));
        }
        finally
        {
            foreach (Action remove in unhook) remove();
            network.DeepSupervision = deep;
        }

        return seen;
    }

    /// <summary>The kernel of a module that has a weight of its own for each offset; null for other modules.</summary>
    private static ValueArray<int>? KernelOf(nn.Module module, int dimensions)
    {
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters(recurse: false))
        {
            if (name == "weight" && parameter.dim() == dimensions + 2) return parameter.shape[2..].Select(static n => (int)n).ToValueArray();
        }

        return null;
    }

    private static ValueArray<int> Strides(long[] image, Tensor features) => image.Select((n, axis) => (int)(n / Math.Max(features.shape[axis + 2], 1))).ToValueArray();
}
