using System.Numerics;
using System.Runtime.InteropServices;

namespace NnUNet.Core.Export;

/// <summary>Decides labels while the classes' probabilities come by one after the other.</summary>
internal static class RunningArgmax
{
    /// <summary>Takes the label wherever its probability is greater than the best so far: of equal ones, the first wins.</summary>
    /// <param name="values">Probabilities of the label.</param>
    /// <param name="label">The label.</param>
    /// <param name="best">The best probability so far; start with negative infinity.</param>
    /// <param name="labels">The label of the best so far.</param>
    public static void Update(ReadOnlySpan<float> values, int label, Span<float> best, Span<int> labels)
    {
        best = best[..values.Length];
        labels = labels[..values.Length];
        ReadOnlySpan<Vector<float>> candidates = MemoryMarshal.Cast<float, Vector<float>>(values);
        Span<Vector<float>> champions = MemoryMarshal.Cast<float, Vector<float>>(best);
        Span<Vector<int>> names = MemoryMarshal.Cast<int, Vector<int>>(labels);
        Vector<int> name = new(label);
        for (int i = 0; i < candidates.Length; i++)
        {
            Vector<int> better = Vector.GreaterThan(candidates[i], champions[i]);
            champions[i] = Vector.ConditionalSelect(better, candidates[i], champions[i]);
            names[i] = Vector.ConditionalSelect(better, name, names[i]);
        }

        for (int i = candidates.Length * Vector<float>.Count; i < values.Length; i++)
        {
            if (values[i] <= best[i]) continue;
            best[i] = values[i];
            labels[i] = label;
        }
    }

    /// <summary>Takes the label wherever its value is greater than the best so far: of equal ones, the first wins.</summary>
    /// <param name="values">Values of the label.</param>
    /// <param name="label">The label.</param>
    /// <param name="best">The best value so far; start with negative infinity.</param>
    /// <param name="labels">The label of the best so far.</param>
    public static void Update(ReadOnlySpan<float> values, short label, Span<float> best, Span<short> labels)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] <= best[i]) continue;
            best[i] = values[i];
            labels[i] = label;
        }
    }

    /// <summary>Takes the label wherever its value is above the threshold: regions, where later ones lie on top of earlier ones.</summary>
    public static void Paint<T>(ReadOnlySpan<float> values, float threshold, T label, Span<T> labels)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] > threshold) labels[i] = label;
        }
    }
}
