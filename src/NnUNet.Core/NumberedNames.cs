using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core;

/// <summary>Finds what people mean by a number, a word with a number or a full name: tasks of nnU-Net v1, data sets of v2.</summary>
/// <param name="Kind">What is looked for, for messages: task.</param>
/// <param name="Prefix">What stands before the number in a full name: Task.</param>
/// <param name="Places">Where it was looked for, for messages.</param>
/// <param name="NothingThere">What the user can do where there is none at all.</param>
internal sealed record NumberedNames(string Kind, string Prefix, string Places, string NothingThere)
{
    /// <summary>The full name that is meant.</summary>
    /// <param name="idOrName">What the user gives: <c>4</c>, <c>004</c>, <c>Task004</c>, <c>Task004_Hippocampus</c>.</param>
    /// <param name="known">The full names that there are.</param>
    /// <param name="idOf">The number in a full name.</param>
    /// <param name="better">A better explanation why nothing was found; null where there is none.</param>
    /// <exception cref="WorkspaceException">None or more than one has that number; the message lists what there is.</exception>
    public string Find(string idOrName, IReadOnlyList<string> known, Func<string, int> idOf, Func<WorkspaceException?> better)
    {
        if (known.Contains(idOrName, StringComparer.Ordinal)) return idOrName;

        string digits = idOrName.StartsWith(Prefix, StringComparison.Ordinal) ? idOrName[Prefix.Length..] : idOrName;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int id)) throw better() ?? Nothing($"there is no such {Kind} in {Places}");

        string[] candidates = [.. known.Where(name => idOf(name) == id)];
        return candidates switch
        {
            [string one] => one,
            [] => throw better() ?? Nothing($"no {Kind} has this number in {Places}"),
            _ => throw new WorkspaceException(
                $"{Kind} {idOrName}", $"{candidates.Length} {Kind}s have this number: {string.Join(", ", candidates)}", "give the full name, or rename one of them"),
        };

        WorkspaceException Nothing(string what) => new($"{Kind} {idOrName}", what, known.Count == 0 ? NothingThere : Nearest.Remedy(idOrName, known));
    }
}
