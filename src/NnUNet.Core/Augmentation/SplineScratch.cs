namespace NnUNet.Core.Augmentation;

/// <summary>Memory of <see cref="SplineCoefficients"/>, used again for every channel and sample.</summary>
internal sealed class SplineScratch
{
    private float[] _values = [];
    private float[] _lines = [];
    private bool[] _filled = [];

    public Span<float> Values(int count) => Grown(ref _values, count);

    public Span<float> Lines(int count) => Grown(ref _lines, count);

    public Span<bool> Filled(int count) => Grown(ref _filled, count);

    private static Span<T> Grown<T>(ref T[] array, int count)
    {
        if (array.Length < count) array = GC.AllocateUninitializedArray<T>(count);
        return array.AsSpan(0, count);
    }
}
