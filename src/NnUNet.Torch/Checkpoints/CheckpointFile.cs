using System.Text.Json;
using NnUNet.Core.Models;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using TorchSharp;

namespace NnUNet.Torch.Checkpoints;

/// <summary>The file of one checkpoint: the weights, the optimiser's states, and a record of any kind.</summary>
/// <remarks>
/// A safetensors file: weights under the original's names, the optimiser's states under <c>KIND/NAME</c> (SGD:
/// <c>momentum/NAME</c>), and in its metadata the record as JSON and a SHA-256 of the numbers of each kind. Reading needs no torch.
/// </remarks>
internal sealed class CheckpointFile : IDisposable
{
    /// <summary>The metadata key of the checksum of the weights.</summary>
    public const string WeightsChecksumKey = "weights_sha256";

    private const string FormatKey = "format";
    private const string FormatName = "nnunet-checkpoint-1";
    private const string StatesChecksumKey = "momentum_sha256";

    private static readonly JsonSerializerOptions CompactJson = new(ProductJson.Options) { WriteIndented = false };

    private readonly string _path;
    private readonly SafetensorsFile _file;
    private readonly SafetensorsEntry[] _weights;
    private readonly SafetensorsEntry[] _states;

    private CheckpointFile(string path, SafetensorsFile file)
    {
        _path = path;
        _file = file;
        _weights = [.. file.Entries.Where(static e => !IsState(e))];
        _states = [.. file.Entries.Where(IsState)];
    }

    /// <summary>Every parameter and persistent buffer; read from the file when it is asked for.</summary>
    public IReadOnlyList<NamedWeight> Weights => Named(_weights);

    /// <summary>The optimiser's states, by <c>KIND/NAME</c>.</summary>
    public IReadOnlyList<NamedWeight> States => Named(_states);

    /// <summary>Writes a file. Call it on the thread that calls torch.</summary>
    /// <typeparam name="T">A record that becomes a JSON object.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="weights">Parameters and buffers, written as float32.</param>
    /// <param name="states">The optimiser's states, by <c>KIND/NAME</c>.</param>
    /// <param name="record">The record.</param>
    /// <returns>The checksum of the weights.</returns>
    public static string Write<T>(
        string path, IReadOnlyList<(string Name, torch.Tensor Tensor)> weights, IReadOnlyList<(string Name, torch.Tensor Tensor)> states, T record)
    {
        CheckpointTensors weightTensors = new(weights);
        CheckpointTensors stateTensors = new(states);
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            [FormatKey] = FormatName,
            [OwnModelFormat.RecordKey] = JsonSerializer.Serialize(record, CompactJson),
            [WeightsChecksumKey] = weightTensors.Checksum(),
            [StatesChecksumKey] = stateTensors.Checksum(),
        };
        SafetensorsFile.Write(path, [.. weightTensors.Items(), .. stateTensors.Items()], metadata);
        return metadata[WeightsChecksumKey];
    }

    /// <summary>Opens a file; its numbers are not checked yet.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged or of another kind.</exception>
    public static CheckpointFile Open(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) == FormatName
            && file.Metadata.ContainsKey(OwnModelFormat.RecordKey)
            && file.Metadata.ContainsKey(WeightsChecksumKey)
            && file.Metadata.ContainsKey(StatesChecksumKey))
        {
            return new CheckpointFile(path, file);
        }

        file.Dispose();
        throw new DescribedException(path, $"this is no checkpoint that this program wrote (its metadata does not say {FormatName})", "name a checkpoint of a training with this program");
    }

    /// <summary>Opens a file's weights and checks them; the optimiser's states are not read.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged or of another kind.</exception>
    public static CheckpointWeights OpenWeights(string path)
    {
        CheckpointFile file = Open(path);
        try
        {
            file.VerifyWeights();
            return new CheckpointWeights(file.Weights, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The record.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <exception cref="DescribedException">It is of another type.</exception>
    public T Record<T>() => ProductJson.Parse<T>($"{_path}: record", _file.Metadata[OwnModelFormat.RecordKey], "continue with the version that wrote it, or train anew");

    /// <summary>Compares the weights with their checksum.</summary>
    /// <exception cref="DescribedException">They are not what was written.</exception>
    public void VerifyWeights() => CheckpointTensors.Verify(_path, _file, _weights, _file.Metadata[WeightsChecksumKey]);

    /// <summary>Compares the optimiser's states with their checksum.</summary>
    /// <exception cref="DescribedException">It is not what was written.</exception>
    public void VerifyStates() => CheckpointTensors.Verify(_path, _file, _states, _file.Metadata[StatesChecksumKey]);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool IsState(SafetensorsEntry entry) => OwnModelFormat.IsState(entry.Name);

    private NamedWeight[] Named(SafetensorsEntry[] entries) =>
        [.. entries.Select(e => new NamedWeight(e.Name, e.Shape, () => _file.ReadFloat32(e.Name)) { ReadInto = into => _file.ReadFloat32(e.Name, into) })];
}
