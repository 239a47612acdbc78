using System.Globalization;

namespace NnUNet.Client;

/// <summary>How an image is to be segmented.</summary>
public sealed record SegmentationOptions
{
    /// <summary>The model's name.</summary>
    /// <value>Null: the only one that the service has.</value>
    public string? Model { get; init; }

    /// <summary>The folds whose networks are averaged: numbers, or "all".</summary>
    /// <value>None: all that the model has.</value>
    public IReadOnlyList<string> Folds { get; init; } = [];

    /// <summary>Whether mirrored images are averaged, too: more exact, and up to 8 times the work.</summary>
    /// <value>True.</value>
    public bool Mirroring { get; init; } = true;

    /// <summary>Whether the probabilities are kept, too.</summary>
    /// <value>False.</value>
    public bool Probabilities { get; init; }

    /// <summary>Whether the model's postprocessing is applied.</summary>
    /// <value>True.</value>
    public bool Postprocessing { get; init; } = true;

    /// <summary>The ending of the segmentation, which chooses its format, such as <c>.nii.gz</c>.</summary>
    /// <value>Null: that of the image, as <c>nnUNet_predict</c> has it.</value>
    public string? Format { get; init; }

    /// <summary>How the service is told.</summary>
    internal IEnumerable<(string Name, string Value)> Fields()
    {
        if (Model is not null) yield return ("model", Model);
        if (Folds.Count > 0) yield return ("folds", string.Join(',', Folds));
        if (!Mirroring) yield return ("mirroring", "false");
        if (Probabilities) yield return ("probabilities", "true");
        if (!Postprocessing) yield return ("postprocessing", "false");
        if (Format is not null) yield return ("format", Format.ToLower(CultureInfo.InvariantCulture));
    }
}
