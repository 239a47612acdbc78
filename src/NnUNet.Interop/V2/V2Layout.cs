using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>The parameters and buffers of a network of version 2, and the keys under which its checkpoints hold them.</summary>
/// <remarks>
/// The original's modules hold each convolution and norm twice, by name and in a sequence, and its decoder holds the encoder once more:
/// these keys share their tensors. Source: the modules' order in dynamic_network_architectures/building_blocks.
/// </remarks>
internal sealed class V2Layout
{
    private const string Encoder = "encoder.", Decoder = "decoder.", DecodersEncoder = "decoder.encoder.", Sequence = ".all_modules.", OutputsPrefix = "decoder.seg_layers.";

    private readonly V2NetworkArguments _arguments;
    private readonly List<KeyValuePair<string, ValueArray<long>>> _parameters = [];
    private readonly List<KeyValuePair<string, string>> _keys = [];

    private V2Layout(V2NetworkArguments arguments)
    {
        _arguments = arguments;
        AddEncoder();
        int encoder = _keys.Count;
        for (int i = 0; i < encoder; i++) _keys.Add(new(Decoder + _keys[i].Key, _keys[i].Value));
        AddDecoder();
    }

    /// <summary>The parameters and buffers in the original's order, each once, with their shapes.</summary>
    public IReadOnlyList<KeyValuePair<string, ValueArray<long>>> Parameters => _parameters;

    /// <summary>The keys of a checkpoint in their order, each with the name of the parameter that it holds.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Keys => _keys;

    /// <summary>The layout of a network.</summary>
    public static V2Layout Of(V2NetworkArguments arguments) => new(arguments);

    /// <summary>The name of the parameter that a key holds: itself, unless it is one of a sequence or of the decoder's encoder.</summary>
    /// <param name="key">A key without prefixes of wrappers.</param>
    public static string ParameterOf(string key)
    {
        if (key.StartsWith(DecodersEncoder, StringComparison.Ordinal)) key = key[Decoder.Length..];
        int at = key.IndexOf(Sequence, StringComparison.Ordinal);
        if (at < 0) return key;
        int number = at + Sequence.Length, end = key.IndexOf('.', number);
        if (end < 0) return key;

        // The convolution is the first of the sequence; of the others only the norm has parameters.
        return $"{key[..at]}.{(key.AsSpan(number, end - number) is "0" ? "conv" : "norm")}{key[end..]}";
    }

    /// <summary>Whether a parameter makes logits; those of coarser stages matter to training alone.</summary>
    public static bool IsOutput(string parameter) => parameter.StartsWith(OutputsPrefix, StringComparison.Ordinal);

    /// <summary>The parameter of the logits of a stage of the decoder, the coarsest first.</summary>
    public static string Output(int stage, string parameter) => $"{OutputsPrefix}{Number(stage)}.{parameter}";

    /// <summary>The kernel that magnifies into a stage of the decoder, the coarsest first.</summary>
    public static string Magnifier(int stage) => $"decoder.transpconvs.{Number(stage)}.weight";

    private void AddEncoder()
    {
        V2NetworkArguments a = _arguments;
        int inputs = a.InputChannels;
        if (a.HasResidualEncoder)
        {
            AddBlock($"{Encoder}stem.convs.0", inputs, a.StemFeatures, a.Kernels[0], a.Bias);
            inputs = a.StemFeatures;
        }

        for (int s = 0; s < a.Stages; s++)
        {
            string stage = $"{Encoder}stages.{Number(s)}";
            bool strides = a.Strides[s].Any(static n => n != 1);
            if (a.HasResidualEncoder) AddResidualBlocks(a.Pool == "conv" ? stage : stage + ".1", inputs, a.Features[s], a.BottleneckFeatures?[s], a.Kernels[s], a.Blocks[s], strides && a.Pool == "conv", a.SqueezeExcitation);
            else AddBlocks(stage + (strides && a.Pool != "conv" ? ".1" : ".0"), inputs, a.Features[s], a.Kernels[s], a.Blocks[s]);
            inputs = a.Features[s];
        }
    }

    private void AddDecoder()
    {
        V2NetworkArguments a = _arguments;
        for (int u = 0; u < a.Stages - 1; u++)
        {
            int features = a.Features[a.Stages - 2 - u];
            string stage = $"{Decoder}stages.{Number(u)}";
            ValueArray<int> kernel = a.Kernels[a.Stages - 2 - u];
            if (a.HasResidualDecoder) AddResidualBlocks(stage, 2 * features, features, null, kernel, a.DecoderBlocks[u], strides: false, squeeze: false);
            else AddBlocks(stage, 2 * features, features, kernel, a.DecoderBlocks[u]);
        }

        for (int u = 0; u < a.Stages - 1; u++)
        {
            Add(Magnifier(u), [a.Features[a.Stages - 1 - u], a.Features[a.Stages - 2 - u], .. Wide(a.Strides[a.Stages - 1 - u])]);
            if (a.Bias) Add($"decoder.transpconvs.{Number(u)}.bias", [a.Features[a.Stages - 2 - u]]);
        }

        for (int u = 0; u < a.Stages - 1; u++)
        {
            Add(Output(u, "weight"), [a.Classes, a.Features[a.Stages - 2 - u], .. Ones]);
            Add(Output(u, "bias"), [a.Classes]);
        }
    }

    private void AddBlocks(string name, int inputs, int outputs, ValueArray<int> kernel, int count)
    {
        for (int i = 0; i < count; i++) AddBlock($"{name}.convs.{Number(i)}", i == 0 ? inputs : outputs, outputs, kernel, _arguments.Bias);
    }

    private void AddResidualBlocks(string name, int inputs, int outputs, int? bottleneck, ValueArray<int> kernel, int count, bool strides, bool squeeze)
    {
        V2NetworkArguments a = _arguments;
        ValueArray<int> one = Ones.Select(static n => (int)n).ToValueArray();
        for (int i = 0; i < count; i++)
        {
            string block = $"{name}.blocks.{Number(i)}";
            int from = i == 0 ? inputs : outputs;
            if (bottleneck is { } inner)
            {
                AddBlock(block + ".conv1", from, inner, one, a.Bias, dropout: false);
                AddBlock(block + ".conv2", inner, inner, kernel, a.Bias);
                AddBlock(block + ".conv3", inner, outputs, one, a.Bias, dropout: false, nonlinearity: false);
            }
            else
            {
                AddBlock(block + ".conv1", from, outputs, kernel, a.Bias);
                AddBlock(block + ".conv2", outputs, outputs, kernel, a.Bias, dropout: false, nonlinearity: false);
            }

            if (squeeze)
            {
                int few = a.SqueezedFeatures(outputs);
                Add(block + ".squeeze_excitation.fc1.weight", [few, outputs, .. Ones]);
                Add(block + ".squeeze_excitation.fc1.bias", [few]);
                Add(block + ".squeeze_excitation.fc2.weight", [outputs, few, .. Ones]);
                Add(block + ".squeeze_excitation.fc2.bias", [outputs]);
            }

            // Where the block strides, the first module beside it is a pooling.
            if (from != outputs) AddBlock($"{block}.skip.{(strides && i == 0 ? 1 : 0)}", from, outputs, one, bias: false, dropout: false, nonlinearity: false);
        }
    }

    /// <summary>A convolution with its norm, by name and in a sequence.</summary>
    private void AddBlock(string name, int inputs, int outputs, ValueArray<int> kernel, bool bias, bool dropout = true, bool nonlinearity = true)
    {
        V2NetworkArguments a = _arguments;
        int first = _keys.Count;
        Add(name + ".conv.weight", [outputs, inputs, .. Wide(kernel)]);
        if (bias) Add(name + ".conv.bias", [outputs]);
        int norm = _keys.Count;
        bool normalizes = a.Norm != V2NetworkArguments.NoNorm;
        if (normalizes && a.Affine)
        {
            Add(name + ".norm.weight", [outputs]);
            Add(name + ".norm.bias", [outputs]);
        }

        if (a.Norm == V2NetworkArguments.BatchNorm)
        {
            Add(name + ".norm.running_mean", [outputs]);
            Add(name + ".norm.running_var", [outputs]);
            Add(name + ".norm.num_batches_tracked", []);
        }

        int place = 1 + (a.Dropout && dropout ? 1 : 0) + (a.NonlinearityFirst && nonlinearity ? 1 : 0), last = _keys.Count;
        for (int i = first; i < last; i++)
        {
            string parameter = _keys[i].Value;
            _keys.Add(new($"{name}{Sequence}{Number(i < norm ? 0 : place)}{parameter[parameter.LastIndexOf('.')..]}", parameter));
        }
    }

    private void Add(string name, ValueArray<long> shape)
    {
        _parameters.Add(new(name, shape));
        _keys.Add(new(name, name));
    }

    private long[] Ones => [.. Enumerable.Repeat(1L, _arguments.Dimensions)];

    private static IEnumerable<long> Wide(ValueArray<int> values) => values.Select(static v => (long)v);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
