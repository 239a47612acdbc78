using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>A user's description of a model's network, which replaces that of the model's files.</summary>
internal sealed class NetworkOverride
{
    private const string Where = "--network";

    private readonly JsonObject? _changes;

    private NetworkOverride(string? trainer, JsonObject? changes)
    {
        Trainer = trainer;
        _changes = changes;
    }

    /// <summary>The trainer whose network it is; null where the model's own counts.</summary>
    public string? Trainer { get; }

    /// <summary>Whether the network's name is given, so that its weights may be of any kind.</summary>
    public bool NamesNetwork => _changes?.ContainsKey("name") ?? false;

    /// <summary>Reads the choice.</summary>
    /// <param name="given">The name of one of the original's trainers, or a JSON file with some of the keys name, arguments, mirror_axes; null for nothing.</param>
    /// <exception cref="DescribedException">There is no such trainer, or the file is of another kind.</exception>
    public static NetworkOverride Parse(string? given)
    {
        if (given is null) return new NetworkOverride(null, null);
        if (V1Trainer.Find(given) is not null) return new NetworkOverride(given, null);
        if (!File.Exists(given))
        {
            throw new DescribedException(Where, $"\"{given}\" is neither a trainer of nnU-Net nor a file", $"name a JSON file with name, arguments or mirror_axes, or one of the trainers: {Nearest.Remedy(given, [.. V1Trainer.Names], "docs/trainers.md")}");
        }

        JsonObject changes = ProductJson.Read<JsonObject>(given);
        string[] unknown = [.. changes.Select(static c => c.Key).Except(["name", "arguments", "mirror_axes"])];
        return unknown.Length == 0
            ? new NetworkOverride(null, changes)
            : throw new DescribedException(given, $"the keys {string.Join(", ", unknown)} are not known", "give some of name, arguments, mirror_axes");
    }

    /// <summary>The network with what was given in the place of what was found; arguments key by key.</summary>
    /// <exception cref="DescribedException">What was given makes no network.</exception>
    public NetworkDescription Override(NetworkDescription found)
    {
        if (_changes is null) return found;
        JsonObject network = (JsonObject)ProductJson.ToNode(found)!;
        foreach ((string key, JsonNode? value) in _changes)
        {
            if (key == "arguments" && value is JsonObject arguments && network[key] is JsonObject kept && !NamesNetwork)
            {
                foreach ((string name, JsonNode? argument) in arguments) kept[name] = argument?.DeepClone();
            }
            else
            {
                network[key] = value?.DeepClone();
            }
        }

        return ProductJson.From<NetworkDescription>(Where, network, "give a name, an object of arguments, and a list of mirror_axes");
    }
}
