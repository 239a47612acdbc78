using System.Text.RegularExpressions;
using NnUNet.Core.CrossValidation;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// Folds that are written down by the cases' names, in which <c>*</c> is any text: <c>{"rule": "listed", "folds": [{"train": ["01_*"], "val":
/// ["02_*"]}]}</c>. Without <c>train</c>, a fold trains on all cases that it does not validate on.
/// </summary>
/// <remarks>Source: nnunet/dataset_conversion, the tasks 35, 61, 75 and 76.</remarks>
[CatalogName("listed")]
internal sealed class ListedSplitRule : SplitRule
{
    private (Regex[]? Train, Regex[] Val)[] _folds = [];

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, IReadOnlyCollection<string> names)
    {
        List<(Regex[]? Train, Regex[] Val)> folds = [];
        foreach (StepParameters fold in parameters.Objects("folds"))
        {
            Regex[]? train = fold.Has("train") ? [.. fold.Texts("train").Select(Pattern)] : null;
            folds.Add((train, [.. fold.Texts("val").Select(Pattern)]));
            if (fold.Faults.Count > 0) parameters.Refuse("folds", string.Join("; ", fold.Faults));
        }

        if (folds.Count == 0) parameters.Refuse("folds", "must hold at least one fold");
        _folds = [.. folds];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Fold> Split(IReadOnlyList<SplitCase> cases) => [.. _folds.Select((fold, k) =>
    {
        string[] val = [.. cases.Select(static c => c.CaseId).Where(id => Matches(fold.Val, id))];
        string[] train = [.. cases.Select(static c => c.CaseId).Where(id => fold.Train is null ? !val.Contains(id) : Matches(fold.Train, id))];
        return train.Length > 0
            ? new Fold([.. train], [.. val])
            : throw new FoldException($"split {k}", "no case that the source has is among its training cases", "give the whole data set");
    })];

    private static bool Matches(Regex[] patterns, string caseId) => Array.Exists(patterns, p => p.IsMatch(caseId));

    private static Regex Pattern(string text) => new($"^{Regex.Escape(text).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
