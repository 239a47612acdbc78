using System.Collections.Frozen;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>The codes of SNOMED CT of structures that many models segment, by the names that these give them.</summary>
/// <remarks>The file <c>Anatomy.json</c> in the program; a structure that is not in it is told by the user, or stays tissue.</remarks>
internal static class AnatomyTable
{
    private const string Resource = "NnUNet.Imaging.Formats.Dicom.Segmentations.Anatomy.json";

    private static readonly Lazy<FrozenDictionary<string, StructureCodes>> All = new(Read);

    /// <summary>The names in the table, in ordinal order.</summary>
    public static IReadOnlyList<string> Names => [.. All.Value.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The codes of a structure; null for a name that is not in the table.</summary>
    /// <param name="name">A label's name; case, spaces, hyphens and underscores do not count, and <c>left kidney</c> is <c>kidney_left</c>.</param>
    public static StructureCodes? Find(string name)
    {
        string plain = Plain(name);
        if (All.Value.GetValueOrDefault(plain) is { } found) return found;
        foreach (string side in (string[])["left", "right"])
        {
            if (plain.StartsWith(side + "_", StringComparison.Ordinal)) return All.Value.GetValueOrDefault(plain[(side.Length + 1)..] + "_" + side);
        }

        return null;
    }

    private static string Plain(string name) => string.Join('_', name.ToLowerInvariant().Split([' ', '_', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static FrozenDictionary<string, StructureCodes> Read()
    {
        using Stream stream = typeof(AnatomyTable).Assembly.GetManifestResourceStream(Resource)!;
        using StreamReader reader = new(stream);
        return ProductJson.Parse<Table>(Resource, reader.ReadToEnd()).Structures.ToFrozenDictionary(static s => Plain(s.Key), static s => s.Value, StringComparer.Ordinal);
    }

    private sealed record Table
    {
        /// <summary>Where the codes come from.</summary>
        [JsonPropertyName("sources")]
        public required ValueArray<string> Sources { get; init; }

        /// <summary>The codes by the structures' names.</summary>
        [JsonPropertyName("structures")]
        public required Dictionary<string, StructureCodes> Structures { get; init; }
    }
}
