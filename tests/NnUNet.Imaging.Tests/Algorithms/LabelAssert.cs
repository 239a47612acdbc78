namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>Labels are equal, except where a mask is one half to within rounding.</summary>
internal static class LabelAssert
{
    private const double Rounding = 1e-6;

    public static void EqualButForTies(short[] expected, short[] actual, short[] source, Extent from, Extent to, int order)
    {
        float[][] masks = order == 0
            ? []
            : [.. source.Distinct().Select(label => ResamplingReference.Resize(Array.ConvertAll(source, l => l == label ? 1f : 0f), from, to, order))];
        int wrong = Enumerable.Range(0, expected.Length).FirstOrDefault(i => expected[i] != actual[i] && !masks.Any(mask => Math.Abs(mask[i] - 0.5) < Rounding), -1);
        if (wrong >= 0) Assert.Fail($"{from} to {to}, order {order}: [{wrong}] is {actual[wrong]}, expected {expected[wrong]}, and there is no tie");
    }
}
