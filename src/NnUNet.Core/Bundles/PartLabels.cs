namespace NnUNet.Core.Bundles;

/// <summary>What the values of a model of a bundle become in the bundle's map.</summary>
/// <remarks>Source: TotalSegmentator 2.18, totalsegmentator/nnunet.py: labels are matched by name, and what a later model finds overwrites.</remarks>
public sealed class PartLabels
{
    private readonly short[] _values;

    /// <summary>The table of a model.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="model">One of its models.</param>
    public PartLabels(Bundle bundle, BundleModel model) => _values = model.Labels.Count > 0
        ? [0, .. model.Labels.Select(bundle.ValueOf)]
        : [0, .. bundle.Labels.Select(static (name, i) => name.Length > 0 ? (short)(i + 1) : (short)0)];

    /// <summary>The values of the bundle that the model can find.</summary>
    public IEnumerable<short> Found => _values.Where(static v => v != 0);

    /// <summary>Writes what a model has found over what earlier ones have; values that have no name are nothing.</summary>
    /// <param name="found">The model's labels.</param>
    /// <param name="into">The bundle's, at the same voxels.</param>
    public void Add(ReadOnlySpan<short> found, Span<short> into)
    {
        for (int i = 0; i < found.Length; i++)
        {
            short value = found[i];
            if (value > 0 && value < _values.Length && _values[value] != 0) into[i] = _values[value];
        }
    }
}
