namespace NnUNet.Core.Datasets.Repair;

/// <summary>A case with what is known of it.</summary>
/// <param name="Case">The case.</param>
/// <param name="Facts">What was measured.</param>
/// <param name="LabelEnding">The ending of its segmentation in the copy; null where there is none.</param>
public sealed record CheckedCase(RepairCase Case, CaseFacts Facts, string? LabelEnding = null)
{
    /// <summary>Its segmentation in the copy, with its folder; null where there is none.</summary>
    public string? LabelFile => LabelEnding is null ? null : $"{Case.LabelFolder}/{Case.TargetId}{LabelEnding}";

    /// <summary>What the case is called in findings: its folder and name in the copy.</summary>
    public string Name => $"{Case.ImageFolder}/{Case.TargetId}";
}

/// <summary>What a check found in a case.</summary>
/// <param name="Case">The case that a picture is drawn of.</param>
/// <param name="Channel">The channel that a picture is drawn of.</param>
/// <param name="Where">The file or case relative to the copy.</param>
/// <param name="What">What is odd about it.</param>
public sealed record CheckFinding(CheckedCase Case, int Channel, string Where, string What);
