using NnUNet.Core.Cases;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>A case in work: what the mends look at and change.</summary>
public sealed class CaseWork
{
    /// <summary>Opens the files of a case; no voxel is read.</summary>
    /// <exception cref="DescribedException">A header cannot be read.</exception>
    public CaseWork(RepairCase one, DatasetRepairOptions options)
    {
        Options = options;
        Channels = [.. one.Channels.Select((c, i) => new ImageWork(c, $"{one.ImageFolder}/{CaseName.ChannelFile(one.TargetId, i, "")}"))];
        Label = one.Label is null ? null : new LabelWork(one.Label, $"{one.LabelFolder}/{one.TargetId}");
    }

    /// <summary>What is asked for.</summary>
    public DatasetRepairOptions Options { get; }

    /// <summary>The channels.</summary>
    public IReadOnlyList<ImageWork> Channels { get; }

    /// <summary>The segmentation; null where there is none.</summary>
    public LabelWork? Label { get; }

    /// <summary>What was mended.</summary>
    public List<RepairNote> Mended { get; } = [];

    /// <summary>What to do about the grid of the segmentation, where the mends know better than the verification.</summary>
    public string? GridRemedy { get; set; }
}
