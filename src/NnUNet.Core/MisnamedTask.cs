using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Core;

/// <summary>A folder that is meant to be a task, but is not named as one, or does not lie where tasks lie.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Why">Why it is not found, as the end of a sentence about it.</param>
/// <param name="Remedy">What the user can do.</param>
internal sealed partial record MisnamedTask(string Path, string Why, string Remedy)
{
    /// <summary>The folder that a user means by a number or name that no task has; null where there is none.</summary>
    /// <param name="workspace">The folders in force.</param>
    /// <param name="idOrName">What the user gives: <c>5</c>, <c>Task05</c>, <c>Task05_Prostate</c>, <c>Dataset005_Prostate</c>.</param>
    /// <remarks>Common are a task of the Decathlon as it was downloaded (two digits), one of nnU-Net v2 (<c>Dataset</c>), and a task beside <c>nnUNet_raw_data</c> instead of in it.</remarks>
    public static MisnamedTask? Find(Workspace workspace, string idOrName)
    {
        int? asked = NumberOf(Pattern().Match(idOrName));
        foreach (string place in (string[])[workspace.RawTasks, workspace.Raw, workspace.Preprocessed])
        {
            foreach (string folder in VisibleFiles.FoldersIn(place))
            {
                string name = System.IO.Path.GetFileName(folder);
                Match match = Pattern().Match(name);

                // Beside the folder of the tasks anything may lie, numbered folders too.
                if (place == workspace.Raw && !match.Groups["word"].Success) continue;
                bool isMeant = name.Equals(idOrName, StringComparison.OrdinalIgnoreCase) || (asked is not null && NumberOf(match) == asked);
                if (isMeant && Of(workspace, folder, name, match) is { } found) return found;
            }
        }

        return null;
    }

    private static MisnamedTask? Of(Workspace workspace, string folder, string name, Match match)
    {
        bool isRaw = !folder.StartsWith(workspace.PreprocessedTask(""), StringComparison.Ordinal);
        string? proper = NumberOf(match) is { } id ? Workspace.TaskName(id, match.Groups["name"] is { Length: > 0 } own ? own.Value : "NAME") : null;
        string target = isRaw ? workspace.RawTask(proper ?? "TaskXXX_NAME") : workspace.PreprocessedTask(proper ?? "TaskXXX_NAME");
        if (System.IO.Path.GetFullPath(folder) == System.IO.Path.GetFullPath(target)) return null;

        string why = name == proper ? $"lies beside {workspace.RawTasks} instead of in it"
            : match.Groups["word"].Value.Equals("Dataset", StringComparison.OrdinalIgnoreCase) ? "is named as for nnU-Net v2, while a task here is TaskXXX_NAME"
            : "is not named TaskXXX_NAME, with three digits";
        string move = $"{(name == proper ? "move" : "rename")} {folder} to {target}";
        return (isRaw ? HasChannelNumbers(folder) : true) switch
        {
            true => new MisnamedTask(folder, why, move),
            false => new MisnamedTask(folder, why, $"it looks like a task of the Decathlon as it was downloaded, so convert it: {ConvertCommand(folder, name, proper)}"),
            null => new MisnamedTask(folder, why, $"{move}; where it is a task of the Decathlon as it was downloaded, convert it instead: {ConvertCommand(folder, name, proper)}"),
        };
    }

    private static string ConvertCommand(string folder, string name, string? proper) => DownloadedName().IsMatch(name)
        ? $"nnUNet_convert_decathlon_task -i {folder}"
        : $"rename it to {proper ?? "TaskXX_NAME"} outside of the raw folder, then nnUNet_convert_decathlon_task -i FOLDER";

    /// <summary>Whether the training images have the channel's number in their names, as they must; null where there are no images.</summary>
    private static bool? HasChannelNumbers(string folder)
    {
        string[] images = [.. VisibleFiles.In(System.IO.Path.Combine(folder, "imagesTr"))];
        return images.Length == 0 ? null : images.Any(static path => ChannelNumber().IsMatch(System.IO.Path.GetFileName(path)));
    }

    private static int? NumberOf(Match match) =>
        match.Success && int.TryParse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;

    [GeneratedRegex("^(?<word>Task|Dataset)?[_ -]?(?<id>[0-9]{1,9})([_ -](?<name>.*))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();

    [GeneratedRegex("_[0-9]{4}\\.", RegexOptions.CultureInvariant)]
    private static partial Regex ChannelNumber();

    [GeneratedRegex("^Task[0-9]{2,3}_.", RegexOptions.CultureInvariant)]
    private static partial Regex DownloadedName();
}
