using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Steps;

/// <summary>How the segmentations of an output folder were made, by which a repeated run knows which are current.</summary>
internal sealed record PredictionRecord
{
    /// <summary>The file's name in the output folder.</summary>
    public const string FileName = "made_by_run.json";

    /// <summary>For each case a hash of its images, the models and the options.</summary>
    [JsonPropertyName("cases")]
    public required Dictionary<string, string> Cases { get; init; }

    /// <summary>The record of a folder; an empty one where there is none.</summary>
    /// <exception cref="DescribedException">The file is damaged.</exception>
    public static PredictionRecord Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? ProductJson.Read<PredictionRecord>(path) : new PredictionRecord { Cases = [] };
    }

    /// <summary>Cases that were made in another way than now.</summary>
    public IEnumerable<string> Outdated(PredictionRecord now) => now.Cases.Keys.Where(c => Cases.TryGetValue(c, out string? made) && made != now.Cases[c]);

    /// <summary>Writes the record; cases of other images that were recorded before stay in it.</summary>
    public void Write(string folder, PredictionRecord before) => ProductJson.Write(
        Path.Combine(folder, FileName),
        new PredictionRecord { Cases = before.Cases.Where(c => !Cases.ContainsKey(c.Key)).Concat(Cases).OrderBy(static c => c.Key, StringComparer.Ordinal).ToDictionary() });
}
