namespace NnUNet.Foundation;

/// <summary>Finds the known names that a mistyped one may have been meant to be, and says so: for commands, options, tasks, trainers, keys.</summary>
public static class Nearest
{
    /// <summary>Names of which more are not listed.</summary>
    private const int MostListed = 12;

    /// <summary>Names that are proposed.</summary>
    private const int MostProposed = 3;

    /// <summary>The nearest of the names, or null where none is near.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="known">The names that there are.</param>
    public static string? Find(string given, IEnumerable<string> known) => Ranked(given, known).FirstOrDefault();

    /// <summary>The few nearest of the names, the nearest first; empty where none is near.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="known">The names that there are.</param>
    /// <param name="most">How many at most.</param>
    /// <remarks>
    /// Near is a name with at most a third of the letters wrong, or one of which a word begins with what was typed; case does not count,
    /// and neither does what stands before the first underline (<c>nnUNet_</c>, <c>Task004_</c>).
    /// </remarks>
    public static IReadOnlyList<string> Several(string given, IEnumerable<string> known, int most = MostProposed) => [.. Ranked(given, known).Take(most)];

    /// <summary>A question after the nearest names, in the form "did you mean A, B or C?"; empty where none is near.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="known">The names that there are.</param>
    public static string Question(string given, IEnumerable<string> known) => Several(given, known) is { Count: > 0 } near ? $"did you mean {Either(near)}?" : "";

    /// <summary>The nearest names, and all of them or what lists them all where they are many: the remedy of an error about an unknown name.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="known">The names that there are; at least one.</param>
    /// <param name="listing">The command or page that lists all of them; null where there is none.</param>
    public static string Remedy(string given, IReadOnlyCollection<string> known, string? listing = null)
    {
        string question = Question(given, known);
        if (question.Length > 0 && known.Count == 1) return question;

        string all = known.Count <= MostListed
            ? $"known are {string.Join(", ", known)}"
            : listing is not null
                ? $"{listing} lists all {known.Count}"
                : $"known are {string.Join(", ", known.Take(MostListed))} and {known.Count - MostListed} more";
        return question.Length == 0 ? all : $"{question} ({all})";
    }

    /// <summary>How many letters to insert, remove, replace or swap with their neighbour to make one name the other.</summary>
    /// <param name="from">One name.</param>
    /// <param name="to">The other.</param>
    public static int Distance(string from, string to)
    {
        int[,] cost = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= to.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int replace = cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                if (swapped) cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[from.Length, to.Length];
    }

    /// <summary>Names to choose from, in the form "A, B or C".</summary>
    /// <param name="names">At least one.</param>
    internal static string Either(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";

    private static IEnumerable<string> Ranked(string given, IEnumerable<string> known)
    {
        const int MostLetters = 200; // what is longer is no mistyped name
        string bare = Bare(given);
        if (bare.Length is 0 or > MostLetters) return [];

        int allowed = Math.Max(1, bare.Length / 3);
        (string Name, int Distance, bool Begins)[] near =
        [
            .. known
                .Where(static name => name.Length <= MostLetters)
                .Select(name => (Name: name, Distance: Forms(name).Min(form => Distance(bare, form)), Begins: Begins(name, bare)))
                .Where(candidate => candidate.Begins || candidate.Distance <= allowed)
                .OrderBy(static candidate => candidate.Distance)
                .ThenBy(static candidate => candidate.Name, StringComparer.Ordinal),
        ];

        // Beside a name that is a letter off, one that is several off is not meant.
        int most = near.Length == 0 ? 0 : near[0].Distance + (near[0].Distance > 1 ? 1 : 0);
        return near.Where(candidate => candidate.Begins || candidate.Distance <= most).Select(static candidate => candidate.Name);
    }

    private static string Bare(string name) => name.TrimStart('-').ToLowerInvariant();

    /// <summary>The whole name, and what follows its first underline.</summary>
    private static IEnumerable<string> Forms(string name)
    {
        string bare = Bare(name);
        yield return bare;
        if (bare.IndexOf('_', StringComparison.Ordinal) is > 0 and int underline && bare.Length - underline > 3) yield return bare[(underline + 1)..];
    }

    private static bool Begins(string name, string bare) => bare.Length >= 3 && Forms(name).Any(form => form.StartsWith(bare, StringComparison.Ordinal) || form.Contains(" " + bare, StringComparison.Ordinal));
}
