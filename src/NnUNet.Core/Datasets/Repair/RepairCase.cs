using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>A complete case of the task, and what it is called in the copy.</summary>
/// <param name="caseId">The case's name in the task.</param>
/// <param name="isTraining">Whether it is a training case.</param>
/// <param name="channels">The channels in their order.</param>
/// <param name="label">The segmentation; null for a test case without one.</param>
public sealed class RepairCase(string caseId, bool isTraining, IReadOnlyList<ImageLocation> channels, ImageLocation? label)
{
    /// <summary>The folder of test segmentations, which nothing needs but people have.</summary>
    public const string TestLabels = "labelsTs";

    /// <summary>The case's name in the task.</summary>
    public string CaseId { get; } = caseId;

    /// <summary>The case's name in the copy.</summary>
    public string TargetId { get; set; } = caseId;

    /// <summary>Whether it is a training case.</summary>
    public bool IsTraining { get; } = isTraining;

    /// <summary>The channels in their order.</summary>
    public IReadOnlyList<ImageLocation> Channels { get; } = channels;

    /// <summary>The segmentation; null for a test case without one.</summary>
    public ImageLocation? Label { get; } = label;

    /// <summary>All images of the case.</summary>
    public IEnumerable<ImageLocation> Images => Label is null ? Channels : Channels.Append(Label);

    /// <summary>The folder of its images.</summary>
    public string ImageFolder => IsTraining ? DatasetFolder.TrainingImages : DatasetFolder.TestImages;

    /// <summary>The folder of its segmentation.</summary>
    public string LabelFolder => IsTraining ? DatasetFolder.TrainingLabels : TestLabels;

    /// <summary>By what it is told from all others.</summary>
    public string Key => $"{ImageFolder}/{CaseId}";
}
