using System.Globalization;
using Google.Protobuf;
using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Onnx;

/// <summary>The operations of a network as ONNX has them (operator set 17), each of which names its inputs and its output.</summary>
/// <remarks>
/// Every runtime that reads ONNX since 2022 has these operations. Weights are float32, under the names that they have in the network.
/// Source: onnx/onnx.proto and docs/Operators.md of ONNX 1.12.
/// </remarks>
public sealed class OnnxGraph
{
    /// <summary>The version of the operators.</summary>
    public const int OperatorSet = 17;

    private const int IrVersion = 8, FloatType = 1, LongType = 7;
    private const int FloatAttribute = 1, IntegerAttribute = 2, IntegersAttribute = 7;

    private readonly OnnxMessage _graph = new();
    private readonly Dictionary<nint, string> _names = [];
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private int _values;

    /// <summary>An empty graph.</summary>
    /// <param name="weights">The network's weights by name; they must live until the graph is written.</param>
    internal OnnxGraph(IEnumerable<(string Name, Tensor Tensor)> weights)
    {
        foreach ((string name, Tensor tensor) in weights) _names[tensor.Handle] = name;
    }

    /// <summary>Adds an operation with one output.</summary>
    /// <param name="operation">Its name in ONNX, such as <c>Relu</c>.</param>
    /// <param name="inputs">The names of its inputs, in ONNX's order.</param>
    /// <param name="attributes">Its attributes: whole numbers (<see cref="long"/>), real ones (<see cref="float"/>), or lists of whole ones.</param>
    /// <returns>The name of its output.</returns>
    public string Add(string operation, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        string output = string.Create(CultureInfo.InvariantCulture, $"v{_values++}");
        OnnxMessage node = new();
        foreach (string input in inputs) node.Text(1, input);
        node.Text(2, output).Text(3, $"{operation}_{output}").Text(4, operation);
        foreach ((string name, object value) in attributes) node.Message(5, Attribute(name, value));
        _graph.Message(1, node);
        return output;
    }

    /// <summary>A weight of the network as an input of operations.</summary>
    /// <param name="weight">One of its parameters or buffers.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="ArgumentException">It is none of the network's.</exception>
    public string Weight(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return _names.TryGetValue(weight.Handle, out string? name) ? Array(name, weight) : throw new ArgumentException("This is no weight of the network.", nameof(weight));
    }

    /// <summary>Numbers as an input of operations.</summary>
    /// <param name="values">Real numbers of a shape.</param>
    /// <param name="shape">The shape; none for a single number.</param>
    /// <returns>The name of the array.</returns>
    public string Constant(float[] values, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        byte[] bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return Array(NewConstant(), FloatType, shape, bytes.Length, () => bytes);
    }

    /// <summary>Whole numbers in a row as an input of operations, such as a shape.</summary>
    /// <returns>The name of the array.</returns>
    public string Constant(params long[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        byte[] bytes = new byte[values.Length * sizeof(long)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return Array(NewConstant(), LongType, [values.Length], bytes.Length, () => bytes);
    }

    /// <summary>Has a module add its operations.</summary>
    /// <param name="module">The module.</param>
    /// <param name="input">The name of what comes in.</param>
    /// <returns>The name of what goes out.</returns>
    /// <exception cref="DescribedException">The module cannot say what it does.</exception>
    public string Write(nn.Module module, string input)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module is IOnnxPart part ? part.WriteOnnx(this, input) : throw Unknown($"layer {module.GetName()}");
    }

    /// <summary>What is said of something that has no form in ONNX.</summary>
    internal static DescribedException Unknown(string what) => new(what, "it does not say what it does as operations of ONNX", $"have it implement {nameof(IOnnxPart)}, or use the model in this program");

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Takes it.</param>
    /// <param name="input">What comes in.</param>
    /// <param name="output">What goes out; <see cref="OnnxValue.Name"/> becomes the name of an operation's output.</param>
    /// <param name="from">The name of the operation's output.</param>
    /// <param name="description">What the model is, in a sentence.</param>
    /// <param name="metadata">Further facts by name.</param>
    internal void WriteTo(Stream stream, OnnxValue input, OnnxValue output, string from, string description, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        OnnxMessage last = new OnnxMessage().Text(1, from).Text(2, output.Name).Text(3, output.Name).Text(4, "Identity");
        _graph.Message(1, last).Text(2, "network").Message(11, Described(input)).Message(12, Described(output));
        OnnxMessage model = new OnnxMessage()
            .Number(1, IrVersion)
            .Text(2, "nnU-Net for .NET")
            .Text(3, typeof(OnnxGraph).Assembly.GetName().Version?.ToString(3) ?? "")
            .Text(6, description)
            .Message(7, _graph)
            .Message(8, new OnnxMessage().Text(1, "").Number(2, OperatorSet));
        foreach ((string name, string value) in metadata) model.Message(14, new OnnxMessage().Text(1, name).Text(2, value));
        using CodedOutputStream coded = new(stream, leaveOpen: true);
        model.WriteTo(coded);
    }

    private static OnnxMessage Described(OnnxValue value)
    {
        OnnxMessage shape = new();
        foreach ((string name, long? size) in value.Axes)
        {
            OnnxMessage axis = new();
            shape.Message(1, size is { } known ? axis.Number(1, known) : axis.Text(2, name));
        }

        return new OnnxMessage().Text(1, value.Name).Message(2, new OnnxMessage().Message(1, new OnnxMessage().Number(1, FloatType).Message(2, shape)));
    }

    private static OnnxMessage Attribute(string name, object value)
    {
        OnnxMessage attribute = new OnnxMessage().Text(1, name);
        return value switch
        {
            long number => attribute.Number(3, number).Number(20, IntegerAttribute),
            float number => attribute.Real(2, number).Number(20, FloatAttribute),
            IEnumerable<long> numbers => attribute.Numbers(8, numbers).Number(20, IntegersAttribute),
            _ => throw new ArgumentException($"An attribute cannot be of {value.GetType().Name}.", nameof(value)),
        };
    }

    private string NewConstant() => string.Create(CultureInfo.InvariantCulture, $"constant{_values++}");

    private string Array(string name, Tensor tensor)
    {
        long[] shape = tensor.shape;
        int length = checked((int)(tensor.numel() * sizeof(float)));
        return Array(name, FloatType, shape, length, () =>
        {
            using DisposeScope scope = NewDisposeScope();
            return tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes.ToArray();
        });
    }

    private string Array(string name, int type, long[] shape, int length, Func<byte[]> bytes)
    {
        if (_written.Add(name)) _graph.Message(5, new OnnxMessage().Numbers(1, shape).Number(2, type).Text(8, name).Bytes(9, length, bytes));
        return name;
    }
}

/// <summary>What comes into a graph or goes out of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Axes">Its axes by name, with their size where it is fixed.</param>
internal sealed record OnnxValue(string Name, IReadOnlyList<(string Name, long? Size)> Axes);
