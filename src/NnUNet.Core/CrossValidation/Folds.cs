using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.CrossValidation;

/// <summary>A split that is not possible or does not fit the data.</summary>
public sealed class FoldException(string where, string what, string remedy) : DescribedException(where, what, remedy);

/// <summary>The splits of cross-validation: <c>splits_final.json</c>.</summary>
/// <remarks>
/// The same splits as the original's: scikit-learn's KFold, shuffled with seed 12345.
/// Source: nnunet/training/network_training/nnUNetTrainerV2.py, do_split.
/// </remarks>
public static class Folds
{
    /// <summary>The name of the file in a preprocessed task.</summary>
    public const string FileName = "splits_final.json";

    /// <summary>The name that the original gives the file.</summary>
    public const string PickledFileName = "splits_final.pkl";

    /// <summary>The fold that trains and validates on every case.</summary>
    public const string All = "all";

    private const int Count = 5;
    private const uint Seed = 12345;

    /// <summary>The five splits of a data set: each case is in one fold's validation.</summary>
    /// <exception cref="FoldException">There are fewer than five cases.</exception>
    public static IReadOnlyList<Fold> Create(IEnumerable<string> caseIds)
    {
        string[] cases = Sorted(caseIds);
        if (cases.Length < Count)
        {
            throw new FoldException(
                "folds", $"{cases.Length} cases cannot be split into {Count} folds", $"add cases, train fold \"{All}\", or write your own {FileName}");
        }

        int[] order = [.. Enumerable.Range(0, cases.Length)];
        new NumpyRandomState(Seed).Shuffle(order.AsSpan());
        List<Fold> folds = [];
        int start = 0;
        for (int k = 0; k < Count; k++)
        {
            int size = (cases.Length / Count) + (k < cases.Length % Count ? 1 : 0);
            folds.Add(Split(cases, [.. order.AsSpan(start, size)]));
            start += size;
        }

        return folds;
    }

    /// <summary>Reads splits, the user's own or those that were written: JSON, or the original's pickle where the name ends with .pkl.</summary>
    /// <exception cref="FoldException">A split lacks cases, or the pickle holds something else than splits.</exception>
    /// <exception cref="DescribedException">The file cannot be read.</exception>
    public static IReadOnlyList<Fold> Read(string path)
    {
        IReadOnlyList<Fold> folds = path.EndsWith(".pkl", StringComparison.OrdinalIgnoreCase) ? PickledSplits.Read(path) : ProductJson.Read<Fold[]>(path);
        folds = [.. folds.Select(static f => new Fold(f.Train.Select(ComposedForm.Of).ToValueArray(), f.Val.Select(ComposedForm.Of).ToValueArray()))];
        for (int k = 0; k < folds.Count; k++)
        {
            if (folds[k].Train.Count == 0) throw new FoldException($"{path}: split {k}", "it has no training case", "list some under \"train\"");
        }

        return folds.Count > 0 ? folds : throw new FoldException(path, "it has no split", $"list some, or remove the file to get {Count} folds");
    }

    /// <summary>Writes splits.</summary>
    public static void Write(string path, IReadOnlyList<Fold> folds) => ProductJson.Write(path, folds);

    /// <summary>The splits of a preprocessed task: those of its <c>splits_final.json</c>, else of its <c>splits_final.pkl</c>, else new ones, which are written.</summary>
    /// <param name="preprocessedTask">The task's folder.</param>
    /// <param name="caseIds">All training cases.</param>
    /// <exception cref="FoldException">A file holds something else than splits, or there are fewer than five cases for new ones.</exception>
    /// <exception cref="DescribedException">A file cannot be read.</exception>
    public static IReadOnlyList<Fold> ReadOrCreate(string preprocessedTask, IEnumerable<string> caseIds)
    {
        if (ReadAny(preprocessedTask) is { } there) return there;

        IReadOnlyList<Fold> folds = Create(caseIds);
        Write(Path.Combine(preprocessedTask, FileName), folds);
        return folds;
    }

    /// <summary>The same splits as <see cref="ReadOrCreate"/> gives, but without writing new ones.</summary>
    /// <param name="preprocessedTask">The task's folder.</param>
    /// <param name="caseIds">All training cases.</param>
    /// <inheritdoc cref="ReadOrCreate" path="/exception"/>
    public static IReadOnlyList<Fold> ReadOrCompute(string preprocessedTask, IEnumerable<string> caseIds) => ReadAny(preprocessedTask) ?? Create(caseIds);

    /// <summary>The training and validation cases of one fold.</summary>
    /// <param name="splits">The splits of the data set; not used for <c>all</c>.</param>
    /// <param name="fold">A number from 0 on, or <c>all</c>. A number beyond the splits means a seeded 80:20 split, as in the original.</param>
    /// <param name="caseIds">All training cases.</param>
    /// <returns>The cases in ordinal order.</returns>
    /// <exception cref="FoldException">The fold is neither a number nor <c>all</c>, or the split names cases that there are not.</exception>
    public static Fold Select(IReadOnlyList<Fold> splits, string fold, IEnumerable<string> caseIds)
    {
        string[] cases = Sorted(caseIds);
        if (fold == All) return new Fold([.. cases], [.. cases]);
        if (!int.TryParse(fold, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            throw new FoldException($"fold {fold}", "this is not a fold", $"give a number from 0 on, or {All}");
        }

        Fold selected = number < splits.Count ? splits[number] : EightyTwenty(cases, number);
        string[] missing = [.. selected.Train.Concat(selected.Val).Except(cases, StringComparer.Ordinal)];
        return missing.Length == 0
            ? new Fold([.. Sorted(selected.Train)], [.. Sorted(selected.Val)])
            : throw new FoldException(
                $"{FileName}: split {number}",
                $"{missing.Length} of its cases are not in the data set ({string.Join(", ", missing.Take(10))}{(missing.Length > 10 ? ", …" : "")})",
                "correct the file, or preprocess the missing cases");
    }

    /// <summary>What must be told of a fold whose number is beyond the splits; null for every other fold.</summary>
    /// <param name="preprocessedTask">The task's folder.</param>
    /// <param name="splits">The splits of the data set.</param>
    /// <param name="fold">A number from 0 on, or <c>all</c>.</param>
    /// <param name="selected">The cases of the fold, as <see cref="Select"/> gives them.</param>
    /// <remarks>The original prints such a line too, and goes on: someone whose own splits have three folds, and who trains a fourth, gets a model on other terms than the rest.</remarks>
    public static string? RemarkOnSplit(string preprocessedTask, IReadOnlyList<Fold> splits, string fold, Fold selected)
    {
        if (fold == All || !int.TryParse(fold, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < splits.Count) return null;

        string there = splits.Count == 1 ? "only fold (0)" : $"{splits.Count} folds (0 to {splits.Count - 1})";
        return $"fold {number} is beyond the {there} of {PathIn(preprocessedTask) ?? Path.Combine(preprocessedTask, FileName)}, so it gets a random 80:20 split "
            + $"({selected.Train.Count} cases to train, {selected.Val.Count} to validate), takes no part in the cross-validation, and is averaged in predictions unless -f names the folds";
    }

    private static IReadOnlyList<Fold>? ReadAny(string preprocessedTask) => PathIn(preprocessedTask) is { } path ? Read(path) : null;

    /// <summary>The file of the splits of a preprocessed task; null where there is none.</summary>
    private static string? PathIn(string preprocessedTask) =>
        ((string[])[FileName, PickledFileName]).Select(name => Path.Combine(preprocessedTask, name)).FirstOrDefault(File.Exists);

    private static Fold EightyTwenty(string[] cases, int number)
    {
        int[] training = new NumpyRandomState(Seed + (uint)number).Choice(cases.Length, (int)(cases.Length * 0.8), replace: false);
        return Split(cases, [.. Enumerable.Range(0, cases.Length).Except(training)]);
    }

    private static Fold Split(string[] cases, HashSet<int> validation) => new(
        [.. cases.Where((_, i) => !validation.Contains(i))],
        [.. cases.Where((_, i) => validation.Contains(i))]);

    private static string[] Sorted(IEnumerable<string> caseIds) => [.. caseIds.Order(StringComparer.Ordinal)];
}
