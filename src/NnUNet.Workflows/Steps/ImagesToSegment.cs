using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;

namespace NnUNet.Workflows.Steps;

/// <summary>
/// The images that a run segments: those of the folder that the user names. Test images of the Decathlon task that the run
/// converts have no channel's number yet (and their channels lie in one file); what the conversion makes of them is meant.
/// </summary>
internal sealed class ImagesToSegment
{
    private readonly string? _unconverted;

    /// <summary>The images that the options name; nothing is read.</summary>
    public ImagesToSegment(WholeRunOptions options)
    {
        string named = Full(options.Input!);
        bool converted = options.DecathlonFolder is { } decathlon && named == Path.Combine(Full(decathlon), DatasetFolder.TestImages);
        Folder = converted ? Path.Combine(options.Workspace.RawTask(options.Training.Each.Task), DatasetFolder.TestImages) : named;
        _unconverted = converted ? named : null;
    }

    /// <summary>The folder with the images, one file a channel. What a conversion makes is there after it.</summary>
    public string Folder { get; }

    /// <summary>The folder that is to be converted; null once it is, and where none is.</summary>
    private string? Unconverted => _unconverted is not null && !Directory.Exists(Folder) ? _unconverted : null;

    /// <summary>The cases by their names alone, before as after the conversion.</summary>
    public IReadOnlyList<string> Names() => Unconverted is { } folder
        ? [.. ImageFolder.Of(folder).Images.Select(static image => image.Name)]
        : [.. Cases(channels: 1).Select(static c => c.CaseId)];

    /// <summary>The cases; none as long as they are to be converted, which finds their faults itself.</summary>
    /// <param name="channels">Channels that a case needs.</param>
    public IReadOnlyList<InputCase> Cases(int channels) => Unconverted is not null ? [] : InputFolder.Find(Folder, channels).Cases;

    private static string Full(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
