using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats;

/// <summary>Voxels of a label map that are no label: the first of them, and how many there are.</summary>
internal sealed class NoLabels
{
    private double _first;
    private long _count;

    /// <summary>Counts one.</summary>
    public void Add(double value)
    {
        if (_count++ == 0) _first = value;
    }

    /// <summary>Refuses the label map.</summary>
    /// <exception cref="FileFormatException">There are such voxels.</exception>
    public void ThrowIfAny(string path)
    {
        if (_count == 0) return;
        string more = _count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({_count} such voxels, this is the first)");
        throw new FileFormatException(
            path,
            string.Create(CultureInfo.InvariantCulture, $"a voxel of the label map is {_first:R}{more}, but labels are integers from {short.MinValue} to {short.MaxValue}"),
            "correct the label map");
    }
}
