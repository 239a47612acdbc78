namespace NnUNet.Cli.Frame;

/// <summary>Finds the known word that a mistyped one was meant to be.</summary>
internal static class Nearest
{
    /// <summary>The nearest of the words, or null where none is near: at most a third of the letters wrong, or a beginning.</summary>
    public static string? Find(string given, IEnumerable<string> words)
    {
        string lower = given.ToLowerInvariant();
        int allowed = Math.Max(1, given.TrimStart('-').Length / 3);
        return words
            .Select(word => (Word: word, Distance: Distance(lower, word.ToLowerInvariant()), Begins: Begins(word, lower)))
            .Where(candidate => candidate.Begins || candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
    }

    /// <summary>"; did you mean X?" or nothing.</summary>
    public static string Hint(string given, IEnumerable<string> words) => Find(given, words) is { } word ? $"; did you mean {word}?" : "";

    /// <summary>Letters to insert, remove, replace or swap with their neighbour to make one word the other.</summary>
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

    private static bool Begins(string word, string given) =>
        given.TrimStart('-').Length >= 3 && word.TrimStart('-').StartsWith(given.TrimStart('-'), StringComparison.OrdinalIgnoreCase);
}
