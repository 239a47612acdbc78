using System.Text.Json;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Web.Dashboard.Places;

/// <summary>Files of a workspace that several pages look at, each read once and again when it has changed.</summary>
internal sealed class WorkspaceFiles(WorkspacePlaces places)
{
    private readonly FileCache<DatasetDescription> _descriptions = new(static (path, _) => DatasetDescription.Read(path));

    /// <summary>The workspace.</summary>
    public WorkspacePlaces Places => places;

    /// <summary>The <c>dataset.json</c> of a task: of its raw data, its preprocessed data, or one of its models.</summary>
    public FileContent<DatasetDescription> Description(string task)
    {
        string[] folders = [places.RawFolder(task), places.PreprocessedFolder(task), .. places.AllModels().Where(m => m.Task == task).Select(static m => m.Folder)];
        string? first = folders.Select(static f => Path.Combine(f, DatasetDescription.FileName)).FirstOrDefault(File.Exists);
        return first is null ? default : _descriptions.Get(first, places.Relative(first) ?? DatasetDescription.FileName);
    }

    /// <summary>The names of a task's labels by their value; none where nobody says.</summary>
    public IReadOnlyDictionary<string, string> LabelNames(string task) => Description(task).Value?.NamedLabels ?? new Dictionary<string, string>();

    /// <summary>A structure for people: its number and name.</summary>
    public string StructureName(string task, string structure) => Core.Evaluation.LabelNames.TextOf(structure, LabelNames(task));

    /// <summary>A cache of records in JSON.</summary>
    public static FileCache<T> Json<T>()
        where T : class => new(Read<T>);

    /// <summary>Reads a record; where something is wrong with it, a second time in the way that tells what.</summary>
    private static T Read<T>(string path, string name)
        where T : class
    {
        string text = PythonJson.Clean(LiveFile.ReadText(path, name));
        try
        {
            if (JsonSerializer.Deserialize<T>(text, ProductJson.Options) is { } read && (read is not ICheckedRecord record || !record.Faults().Any())) return read;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or ArgumentException or FormatException or OverflowException)
        {
            // told below
        }

        return ProductJson.Parse<T>(name, text);
    }
}
