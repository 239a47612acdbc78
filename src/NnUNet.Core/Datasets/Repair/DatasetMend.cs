using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>
/// One way to mend a task without guessing. A sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor
/// takes part in every repair.
/// </summary>
/// <remarks>One instance works on many cases at once, so it holds nothing.</remarks>
public abstract class DatasetMend
{
    /// <summary>Its place among the mends: smaller ones come first.</summary>
    public abstract int Order { get; }

    /// <summary>Mends what can be seen before any image is read: files and names.</summary>
    public virtual void Begin(RepairTask task)
    {
    }

    /// <summary>Mends a case.</summary>
    /// <exception cref="DescribedException">Its voxels cannot be read.</exception>
    public virtual void Mend(CaseWork work)
    {
    }

    /// <summary>Mends what depends on the cases that were mended.</summary>
    public virtual void End(RepairTask task)
    {
    }
}
