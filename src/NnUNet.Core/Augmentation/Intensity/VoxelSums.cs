using System.Numerics;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>Sums in double over voxels that come in parts.</summary>
/// <param name="centre">A number among the voxels' values, from which they are measured.</param>
internal struct VoxelSums(float centre)
{
    private long _count;
    private double _sum;
    private double _squares;

    /// <summary>Mean of all voxels so far.</summary>
    public readonly double Mean => centre + (_sum / _count);

    /// <summary>Population standard deviation of all voxels so far.</summary>
    public readonly double Deviation => Math.Sqrt(Math.Max(0, (_squares / _count) - (_sum / _count * (_sum / _count))));

    /// <summary>Adds voxels.</summary>
    public void Add(ReadOnlySpan<float> voxels)
    {
        Vector<double> origin = new(centre);
        Vector<double> sumLow = default, sumHigh = default, squaresLow = default, squaresHigh = default;
        int i = 0;
        for (; i <= voxels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(voxels[i..]), out Vector<double> low, out Vector<double> high);
            low -= origin;
            high -= origin;
            sumLow += low;
            sumHigh += high;
            squaresLow += low * low;
            squaresHigh += high * high;
        }

        double sum = Vector.Sum(sumLow + sumHigh);
        double squares = Vector.Sum(squaresLow + squaresHigh);
        for (; i < voxels.Length; i++)
        {
            double distance = (double)voxels[i] - centre;
            sum += distance;
            squares += distance * distance;
        }

        _count += voxels.Length;
        _sum += sum;
        _squares += squares;
    }
}
