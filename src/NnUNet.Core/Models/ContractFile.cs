using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Models;

/// <summary>A model's contract as a file beside its networks, for programs that have neither its plan nor this program's networks: <c>contract.json</c>.</summary>
/// <remarks>Names are in lower case with underscores; lengths are in mm, arrays in transposed order (z, y, x) unless the member says otherwise. The schema is docs/schemas/files/contract.json.</remarks>
public sealed record ContractFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "contract.json";

    /// <summary>The kind and version of the file.</summary>
    public const string CurrentSchema = "nnunet/contract/1";

    private static readonly JsonSerializerOptions Format = new(ProductJson.Options)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new OrientationConverter() },
    };

    /// <summary>The kind and version of the file.</summary>
    /// <value><see cref="CurrentSchema"/>.</value>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>What made the model, such as the trainer's name.</summary>
    public required string Model { get; init; }

    /// <summary>The files of the networks, one a fold, whose outputs are averaged; names relative to this file.</summary>
    public required ValueArray<string> Networks { get; init; }

    /// <summary>The name of the networks' input: images (batch, channels, z, y, x), in 2D (batch, channels, y, x), float32.</summary>
    public required string Input { get; init; }

    /// <summary>The name of the networks' output: logits (batch, outputs, …) of the same size, float32.</summary>
    public required string Output { get; init; }

    /// <summary>Each axis of an input must be a multiple of these, array order.</summary>
    public required ValueArray<int> Divisor { get; init; }

    /// <summary>Whether the networks take images of <see cref="TileContract.Size"/> only.</summary>
    public bool FixedTile { get; init; }

    /// <summary>All that prediction needs to know.</summary>
    public required ModelContract Contract { get; init; }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Format) + "\n");

    /// <summary>Reads a file and checks what it says.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DescribedException">It cannot be read, is of another kind, or contradicts itself.</exception>
    public static ContractFile Read(string path)
    {
        const string Remedy = "export the model again";
        ContractFile? file;
        try
        {
            file = JsonSerializer.Deserialize<ContractFile>(File.ReadAllBytes(path), Format);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new DescribedException(path, $"it cannot be read ({e.Message.TrimEnd('.')})", Remedy, e);
        }

        if (file is null || file.Schema != CurrentSchema) throw new DescribedException(path, $"its schema is \"{file?.Schema}\", but this program knows {CurrentSchema}", Remedy);
        if (file.Networks.Count == 0) throw new DescribedException(path, "it names no network", Remedy);
        file.Contract.Checked(path);
        return file;
    }

    /// <summary>Orientations as three letters.</summary>
    private sealed class OrientationConverter : JsonConverter<Orientation>
    {
        public override Orientation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Orientation.TryParse(reader.GetString() ?? "") ?? throw new JsonException("no orientation of three letters such as RAS");

        public override void Write(Utf8JsonWriter writer, Orientation value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
