using System.Globalization;
using System.Text.Json;
using NnUNet.Foundation.Streams;

namespace NnUNet.Core.Models.Archives;

/// <summary>Models of nnU-Net v2, whichever of their folders an archive begins with.</summary>
/// <remarks>
/// Archives of the original have <c>DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION/…</c>, <c>DatasetXXX_NAME/ensembles/NAME/…</c> and
/// <c>DatasetXXX_NAME/inference_information.json</c>. People also zip the folder of one model, or only what is in it; folders above any
/// of these are left out. Where the data set's folder is missing, <c>dataset_name</c> of <c>plans.json</c> tells it, and where the
/// model's is too, its checkpoint does. Source: nnunetv2/model_sharing/model_export.py, model_import.py.
/// </remarks>
internal sealed class Version2ArchiveLayout : ArchiveLayout
{
    /// <summary>What the folder of a model without a name is called while it is unpacked.</summary>
    public const string NoName = "unnamed-";

    private const string Plans = "plans.json";
    private const string Ensembles = "ensembles";
    private const string Information = "inference_in"; // inference_information.json, inference_instructions.txt
    private const long MostBytesOfPlans = 64 << 20;

    private readonly string _zip;
    private readonly string? _dataset;
    private readonly Dictionary<string, ArchiveEntry> _plans;
    private readonly Dictionary<string, ArchiveModel> _models = new(StringComparer.Ordinal);
    private readonly string[] _roots;

    /// <summary>Looks through an archive for models.</summary>
    /// <param name="zip">The archive, for messages.</param>
    /// <param name="place">The folder of all models.</param>
    /// <param name="entries">The archive's files.</param>
    /// <param name="dataset">The data set of models whose folder of a data set is missing; null where they tell it.</param>
    public Version2ArchiveLayout(string zip, string place, IReadOnlyList<ArchiveEntry> entries, string? dataset)
    {
        (_zip, _dataset, Place) = (zip, dataset, place);
        _plans = entries.Where(static e => e.Parts[^1] == Plans).GroupBy(static e => Folder(e.Parts[..^1])).ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal);
        _roots = [.. _plans.Values.Where(static e => ModelAt(e.Parts) < 0 && DatasetAt(e.Parts) < 0 && IsPlans(e)).Select(static e => Folder(e.Parts[..^1]))];
    }

    /// <inheritdoc/>
    public override string Place { get; }

    /// <inheritdoc/>
    public override ArchiveFile? Find(ArchiveEntry entry)
    {
        string[] parts = entry.Parts;
        if (DatasetAt(parts) is >= 0 and int at) return InDataset(entry, parts[at..]);
        if (ModelAt(parts) is >= 0 and int model)
        {
            ArchiveModel named = Model(Folder(parts[..(model + 1)]), parts[model]);
            return File(entry, named, parts[(model + 1)..]);
        }

        // The shallowest: below the folder of a model lie plans of its cross-validation too.
        for (int depth = 0; depth < parts.Length; depth++)
        {
            string folder = Folder(parts[..depth]);
            if (_roots.Contains(folder, StringComparer.Ordinal)) return File(entry, Model(folder, name: null), parts[depth..]);
        }

        return null;
    }

    /// <summary>Whether a name is that of a model's folder: TRAINER__PLANS__CONFIGURATION.</summary>
    internal static bool IsModelName(string name) => !name.StartsWith("ensemble_", StringComparison.Ordinal) && name.Split("__") is { Length: 3 } parts && parts.All(static p => p.Length > 0);

    private static string Folder(string[] parts) => string.Join('/', parts);

    /// <summary>Where the data set's folder stands in a path, with that of a model or ensembles below it, or information about all of them; -1 where there is none.</summary>
    private static int DatasetAt(string[] parts) => Array.FindIndex(parts, static part => Version2Workspace.IsDatasetName(part)) is >= 0 and int at && IsInDataset(parts[at..]) ? at : -1;

    private static bool IsInDataset(string[] parts) => parts.Length switch
    {
        2 => parts[1].StartsWith(Information, StringComparison.Ordinal),
        >= 3 => IsModelName(parts[1]) || (parts[1] == Ensembles && parts.Length > 3),
        _ => false,
    };

    private static int ModelAt(string[] parts) => Array.FindIndex(parts[..^1], static part => IsModelName(part));

    private ArchiveFile InDataset(ArchiveEntry entry, string[] parts)
    {
        if (parts.Length == 2) return new ArchiveFile(entry.Entry, Folder(parts), Model: null) { Place = Place };

        bool ensemble = parts[1] == Ensembles;
        int depth = ensemble ? 3 : 2;
        return File(entry, new ArchiveModel(Place, Folder(parts[..depth])) { IsEnsemble = ensemble }, parts[depth..]);
    }

    private ArchiveFile File(ArchiveEntry entry, ArchiveModel model, string[] below) => new(entry.Entry, $"{model.Path}/{Folder(below)}", model) { Place = Place };

    /// <summary>The model whose folder, or whose files, lie in a folder of the archive.</summary>
    private ArchiveModel Model(string folder, string? name)
    {
        if (_models.TryGetValue(folder, out ArchiveModel? known)) return known;

        string dataset = _dataset ?? DatasetOf(folder);
        return _models[folder] = name is not null
            ? new ArchiveModel(Place, $"{dataset}/{name}")
            : new ArchiveModel(Place, string.Create(CultureInfo.InvariantCulture, $"{dataset}/{NoName}{_models.Count}")) { HasNoName = true };
    }

    private string DatasetOf(string folder)
    {
        string? told = _plans.TryGetValue(folder, out ArchiveEntry? plans) && Json(plans) is { ValueKind: JsonValueKind.Object } json
            && json.TryGetProperty("dataset_name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        return told is not null && Version2Workspace.IsDatasetName(told) && ArchiveEntryName.IsPlain(told)
            ? told
            : throw new ModelArchiveException(
                _zip,
                $"the model {(folder.Length == 0 ? "in it" : folder)} does not tell of which data set it is ({(told is null ? "no dataset_name in plans.json" : "dataset_name in plans.json is no name of a data set")})",
                "name the data set with --dataset DatasetXXX_NAME");
    }

    private static bool IsPlans(ArchiveEntry entry) => Json(entry) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("configurations", out JsonElement configurations) && configurations.ValueKind == JsonValueKind.Object;

    /// <summary>The content of a plans.json; null where it is none.</summary>
    private static JsonElement? Json(ArchiveEntry entry)
    {
        if (entry.Entry.Length > MostBytesOfPlans) return null;
        try
        {
            using CheckedZipStream stream = new(entry.Entry);
            using JsonDocument document = JsonDocument.Parse(stream);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
