using NnUNet.Core.CrossValidation;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// Five folds of which each group of cases is in one, such as all images of a patient: <c>{"rule": "groups", "by": "patient"}</c>. The groups
/// are split as cases are elsewhere.
/// </summary>
/// <remarks>Source: nnunet/dataset_conversion/Task027_AutomaticCardiacDetectionChallenge.py, Task037_038_Chaos_Challenge.py.</remarks>
[CatalogName("groups")]
internal sealed class GroupSplitRule : SplitRule
{
    private string _by = "";

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, IReadOnlyCollection<string> names) => _by = parameters.NameOf("by", names);

    /// <inheritdoc/>
    public override IReadOnlyList<Fold> Split(IReadOnlyList<SplitCase> cases)
    {
        ILookup<string, string> groups = cases.ToLookup(c => c.Texts[_by], static c => c.CaseId, StringComparer.Ordinal);
        return [.. Folds.Create(groups.Select(static g => g.Key)).Select(fold => new Fold(Members(fold.Train), Members(fold.Val)))];

        ValueArray<string> Members(ValueArray<string> keys) => keys.SelectMany(key => groups[key]).Order(StringComparer.Ordinal).ToValueArray();
    }
}
