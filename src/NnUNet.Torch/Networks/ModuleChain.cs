using System.Globalization;
using NnUNet.Torch.Onnx;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>Modules one after the other, with their numbers as names.</summary>
internal sealed class ModuleChain : nn.Module<Tensor, Tensor>, IOnnxPart
{
    private readonly nn.Module<Tensor, Tensor>[] _modules;

    public ModuleChain(params nn.Module<Tensor, Tensor>[] modules)
        : base(nameof(ModuleChain))
    {
        _modules = modules;
        for (int i = 0; i < modules.Length; i++) register_module(i.ToString(CultureInfo.InvariantCulture), modules[i]);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = _modules[0].call(input);
        for (int i = 1; i < _modules.Length; i++)
        {
            using Tensor before = x;
            x = _modules[i].call(before);
        }

        return x;
    }

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input) => _modules.Aggregate(input, (value, module) => graph.Write(module, value));
}

/// <summary>Modules under names; it is not called itself.</summary>
internal sealed class NamedModules : nn.Module
{
    public NamedModules(params ReadOnlySpan<(string Name, nn.Module Module)> modules)
        : base(nameof(NamedModules))
    {
        foreach ((string name, nn.Module module) in modules) register_module(name, module);
    }
}
