using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>How a task is repaired.</summary>
public sealed record DatasetRepairOptions
{
    /// <summary>The copy's number or full name.</summary>
    /// <value>Null: the copy of an earlier call, else the next free number from 100 on, behind the task's own.</value>
    public string? To { get; init; }

    /// <summary>Which label a value of the segmentations becomes; all other values stay.</summary>
    /// <value>None: no value is guessed.</value>
    public IReadOnlyDictionary<int, int> Map { get; init; } = new SortedDictionary<int, int>();

    /// <summary>Whether segmentations of their image's size lie on it, whatever their headers say.</summary>
    /// <value>False: such headers are named.</value>
    public bool TrustSize { get; init; }

    /// <summary>Whether nothing is written.</summary>
    /// <value>False.</value>
    public bool DryRun { get; init; }

    /// <summary>Cases at a time.</summary>
    /// <value>0: the machine's cores.</value>
    public int Threads { get; init; }

    /// <summary>What is wrong with the values.</summary>
    public IEnumerable<string> Faults()
    {
        foreach ((int value, int label) in Map)
        {
            if (label is < 0 or > short.MaxValue) yield return string.Create(CultureInfo.InvariantCulture, $"Map makes {value} into {label}, but labels are from 0 to {short.MaxValue}");
        }
    }

    /// <summary>What the voxels of the copy depend on.</summary>
    internal string Stamp() => Foundation.Stamp.Hash([ProductJson.Print(Map.OrderBy(static m => m.Key).Select(static m => string.Create(CultureInfo.InvariantCulture, $"{m.Key}:{m.Value}"))), TrustSize.ToString()]);
}
