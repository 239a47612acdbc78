using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>How often each pair of label values occurs in a prediction and its reference: one pass serves all labels.</summary>
internal sealed class ConfusionMatrix
{
    private readonly Dictionary<(short Predicted, short Reference), long> _counts = [];

    /// <summary>Counts all voxels of two label maps of the same extent.</summary>
    public ConfusionMatrix(Volume<short> prediction, Volume<short> reference)
    {
        ReadOnlySpan<short> predicted = prediction.Voxels;
        ReadOnlySpan<short> truth = reference.Voxels;
        int start = 0;
        for (int i = 1; i <= predicted.Length; i++)
        {
            // Label maps come in long runs: the table is touched only where one ends.
            if (i < predicted.Length && predicted[i] == predicted[start] && truth[i] == truth[start]) continue;
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, (predicted[start], truth[start]), out _) += i - start;
            start = i;
        }
    }

    /// <summary>All label values of both maps in ascending order, background included.</summary>
    public IReadOnlyList<int> Labels => [.. _counts.Keys.SelectMany(static k => new int[] { k.Predicted, k.Reference }).Distinct().Order()];

    /// <summary>The labels of either map, without the background, that none of the structures has.</summary>
    public ValueArray<int> Without(IReadOnlyList<EvaluationLabel> structures) => [.. Labels.Where(l => l != 0 && !structures.Any(s => s.Values.Contains(l)))];

    /// <summary>The counts of one structure.</summary>
    /// <param name="label">The structure.</param>
    /// <param name="ignored">A value of the reference whose voxels count nowhere; null for none.</param>
    public ConfusionCounts Of(EvaluationLabel label, int? ignored = null)
    {
        long truePositives = 0, falsePositives = 0, falseNegatives = 0, trueNegatives = 0;
        foreach (((short predicted, short reference), long count) in _counts)
        {
            if (reference == ignored) continue;
            switch (label.Values.Contains(predicted), label.Values.Contains(reference))
            {
                case (true, true): truePositives += count; break;
                case (true, false): falsePositives += count; break;
                case (false, true): falseNegatives += count; break;
                default: trueNegatives += count; break;
            }
        }

        return new ConfusionCounts(truePositives, falsePositives, falseNegatives, trueNegatives);
    }
}
