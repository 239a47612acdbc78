using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>Writes regions as <c>dataset.json</c> has them: an object with the labels of each by its name, in their order.</summary>
internal sealed class RegionsByName : JsonConverter<ValueArray<LabelRegion>>
{
    /// <summary>Reads the list into which <see cref="DatasetDescriptionReader"/> has brought them.</summary>
    public override ValueArray<LabelRegion> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (JsonSerializer.Deserialize<LabelRegion[]>(ref reader, options) ?? []).ToValueArray();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ValueArray<LabelRegion> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (LabelRegion region in value)
        {
            writer.WritePropertyName(region.Name);
            JsonSerializer.Serialize(writer, region.Labels, options);
        }

        writer.WriteEndObject();
    }
}
