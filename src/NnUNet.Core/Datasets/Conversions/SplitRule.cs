using NnUNet.Core.CrossValidation;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>A training case as rules of splits see it.</summary>
/// <param name="CaseId">Its name.</param>
/// <param name="Texts">The texts that the description's patterns have found, by name.</param>
public sealed record SplitCase(string CaseId, IReadOnlyDictionary<string, string> Texts);

/// <summary>
/// How the training cases of a data set are split where the usual way will not do, which descriptions name under <c>split</c>. A sealed
/// class with <see cref="CatalogNameAttribute"/> and a parameterless constructor is found by its name.
/// </summary>
public abstract class SplitRule
{
    /// <summary>Takes what the description says to the rule.</summary>
    /// <param name="parameters">The values beside the rule's name.</param>
    /// <param name="names">The names that patterns and tables of the training cases have texts for.</param>
    public abstract void Configure(StepParameters parameters, IReadOnlyCollection<string> names);

    /// <summary>The folds.</summary>
    /// <param name="cases">The training cases in the ordinal order of their names.</param>
    /// <exception cref="FoldException">There are too few cases.</exception>
    public abstract IReadOnlyList<Fold> Split(IReadOnlyList<SplitCase> cases);
}
