using NnUNet.Core.CrossValidation;
using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// The usual five folds, and three more that show how a model of one source, such as a scanner's vendor, does on another: train on the first
/// source, on the second, on both, and validate on a fifth of the groups of each:
/// <c>{"rule": "two_sources", "by": "patient", "source": "vendor", "values": ["A", "B"]}</c>.
/// </summary>
/// <remarks>Source: nnunet/dataset_conversion/Task114_heart_MNMs.py, create_custom_splits_for_experiments; its draws are repeated.</remarks>
[CatalogName("two_sources")]
internal sealed class TwoSourcesSplitRule : SplitRule
{
    private const uint Seed = 1234;
    private const double TrainingShare = 0.8;

    private string _by = "";
    private string _source = "";
    private IReadOnlyList<string> _values = [];

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, IReadOnlyCollection<string> names)
    {
        (_by, _source, _values) = (parameters.NameOf("by", names), parameters.NameOf("source", names), parameters.Texts("values"));
        if (_values.Count != 2) parameters.Refuse("values", "must be two texts");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Fold> Split(IReadOnlyList<SplitCase> cases)
    {
        NumpyRandomState random = new(Seed);
        string[][] groups = [.. _values.Select(value => cases.Where(c => c.Texts[_source] == value).Select(c => c.Texts[_by]).Distinct().Order(StringComparer.Ordinal).ToArray())];
        for (int i = 0; i < groups.Length; i++)
        {
            if (groups[i].Length == 0) throw new FoldException("folds", $"no training case has the {_source} {_values[i]}, which two of the folds need", "give the whole data set");
        }

        HashSet<string>[] training = [.. groups.Select(g => random.Choice(g.Length, (int)Math.Round(TrainingShare * g.Length)).Select(i => g[i]).ToHashSet(StringComparer.Ordinal))];
        string[] val = [.. groups.SelectMany((g, i) => Members(cases, [.. g.Except(training[i])]))];
        return
        [
            .. Folds.Create(cases.Select(static c => c.CaseId)),
            .. new[] { training[0], training[1], [.. training[0], .. training[1]] }.Select(t => new Fold([.. Members(cases, t)], [.. val])),
        ];
    }

    private IEnumerable<string> Members(IReadOnlyList<SplitCase> cases, HashSet<string> groups) => cases.Where(c => groups.Contains(c.Texts[_by])).Select(static c => c.CaseId);
}
