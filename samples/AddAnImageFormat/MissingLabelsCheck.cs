using NnUNet.Core.Datasets.Repair;
using NnUNet.Foundation;

namespace AddAnImageFormat;

/// <summary>Names cases without a label that nine in ten of the others have.</summary>
[CatalogName("missing_labels")]
public sealed class MissingLabelsCheck : DatasetCheck
{
    private const double Usual = 0.9;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(IReadOnlyList<CheckedCase> cases)
    {
        CheckedCase[] labelled = [.. cases.Where(static c => c.Facts.Labels is not null)];
        foreach (int label in labelled.SelectMany(LabelsOf).Distinct().Order())
        {
            CheckedCase[] without = [.. labelled.Where(c => !LabelsOf(c).Contains(label))];
            if (without.Length > (1 - Usual) * labelled.Length) continue;
            foreach (CheckedCase one in without) yield return new CheckFinding(one, 0, one.LabelFile!, $"label {label} is missing, which {labelled.Length - without.Length} of {labelled.Length} cases have");
        }
    }

    private static IEnumerable<int> LabelsOf(CheckedCase one) => one.Facts.Labels!.Value.Select(static l => l.Label);
}
