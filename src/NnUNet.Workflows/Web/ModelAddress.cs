using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Web;

/// <summary>A model that a service offers.</summary>
/// <param name="Name">What callers call it.</param>
/// <param name="Folder">Its folder.</param>
public sealed partial record ModelAddress(string Name, string Folder)
{
    private const string Separator = "__";

    /// <summary>Reads what a command's argument says: <c>FOLDER</c>, or <c>NAME=FOLDER</c>.</summary>
    /// <remarks>Without a name, that of the task and of the configuration is taken from the folder's path, in the layout of either version of nnU-Net.</remarks>
    /// <exception cref="DescribedException">The name cannot be part of an address.</exception>
    public static ModelAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        (string? name, string folder) = sign > 0 && !Directory.Exists(text) ? (text[..sign], text[(sign + 1)..]) : (null, text);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (name is not null && !NamePattern().IsMatch(name)) throw new DescribedException(text, $"\"{name}\" cannot be a model's name", "use letters, digits, dots, hyphens and underscores: NAME=FOLDER");
        return new ModelAddress(name ?? NameOf(folder), folder);
    }

    /// <summary>The models of several arguments.</summary>
    /// <exception cref="DescribedException">Two have the same name.</exception>
    public static IReadOnlyList<ModelAddress> ParseAll(IEnumerable<string> texts)
    {
        ModelAddress[] all = [.. texts.Select(Parse)];
        return all.GroupBy(static m => m.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static g => g.Count() > 1) is { } twice
            ? throw new DescribedException(twice.Last().Folder, $"two models are called {twice.Key}", "give them names: NAME=FOLDER")
            : all;
    }

    /// <summary>TASK-CONFIGURATION of a path as either version of nnU-Net lays it out; else the folder's own name.</summary>
    private static string NameOf(string folder)
    {
        string own = Path.GetFileName(folder), above = Path.GetFileName(Path.GetDirectoryName(folder) ?? ""), top = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(folder) ?? "") ?? "");
        string name = own.Split(Separator) switch
        {
            [_, _, var configuration] => $"{above}-{configuration}",
            [_, _] => $"{above}-{top}",
            _ => own,
        };
        return OtherLetters().Replace(name, "_").Trim('_') is { Length: > 0 } plain ? plain : "model";
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex("[^A-Za-z0-9._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex OtherLetters();
}
