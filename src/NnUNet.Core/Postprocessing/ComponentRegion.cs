using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Postprocessing;

/// <summary>What counts as one structure when all but its largest connected component is removed: a class, or several together.</summary>
/// <param name="Classes">The labels; never the background.</param>
/// <param name="IsJoint">Whether they are written as a list (<c>[1, 2]</c>, also where it has one entry) or as a single number.</param>
[JsonConverter(typeof(ComponentRegionConverter))]
public sealed record ComponentRegion(ValueArray<int> Classes, bool IsJoint)
{
    /// <summary>One class for itself.</summary>
    public static ComponentRegion Of(int label) => new([label], false);

    /// <summary>Several classes as one structure.</summary>
    public static ComponentRegion Joint(IEnumerable<int> labels) => new(labels.ToValueArray(), true);

    /// <summary>The region as Python writes a key: <c>1</c>, <c>(1, 2)</c>, <c>(1,)</c>.</summary>
    public override string ToString()
    {
        string classes = string.Join(", ", Classes.Select(static c => c.ToString(CultureInfo.InvariantCulture)));
        if (!IsJoint) return classes;
        return Classes.Count == 1 ? $"({classes},)" : $"({classes})";
    }
}

/// <summary>What is removed: all components of a region but the largest, or only those below a size.</summary>
/// <param name="Region">The classes.</param>
/// <param name="MinimumSize">Components of at least this size in cubic millimetres stay too; null removes all but the largest.</param>
public sealed record ComponentRule(ComponentRegion Region, double? MinimumSize);

internal sealed class ComponentRegionConverter : JsonConverter<ComponentRegion>
{
    public override bool HandleNull => true;

    public override ComponentRegion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonNode? node = JsonNode.Parse(ref reader);
        bool joint = node is JsonArray;
        ValueArray<int> classes = ProductJson.TryRead<ValueArray<int>>(joint ? node : new JsonArray(node), out IReadOnlyList<string> faults);
        return faults.Count == 0 && classes.Count > 0 && classes.All(static c => c is not 0 and >= short.MinValue and <= short.MaxValue)
            ? new ComponentRegion(classes, joint)
            : throw new JsonRefusal("must be a label or a list of labels, and only foreground labels have parts that can be removed");
    }

    public override void Write(Utf8JsonWriter writer, ComponentRegion value, JsonSerializerOptions options)
    {
        if (value.IsJoint) JsonSerializer.Serialize(writer, value.Classes, options);
        else writer.WriteNumberValue(value.Classes[0]);
    }
}
