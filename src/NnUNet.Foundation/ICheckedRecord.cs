namespace NnUNet.Foundation;

/// <summary>A record of a file that knows which of its values cannot be: counts, ranges, lists whose lengths contradict each other.</summary>
/// <remarks><see cref="ProductJson"/> asks for the faults of every record that it has read, so no record with faults leaves it.</remarks>
public interface ICheckedRecord
{
    /// <summary>What is wrong with the values, each in one sentence that begins with the key; empty when nothing is.</summary>
    IEnumerable<string> Faults();
}
