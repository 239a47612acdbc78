using NnUNet.Foundation;

namespace NnUNet.Web.Service.Jobs;

/// <summary>What a caller may choose about a segmentation.</summary>
internal sealed record JobOptions
{
    /// <summary>The folds whose networks are averaged.</summary>
    /// <value>None: all that the model has.</value>
    public ValueArray<string> Folds { get; init; } = [];

    /// <summary>Whether mirrored images are averaged, too.</summary>
    /// <value>True.</value>
    public bool Mirroring { get; init; } = true;

    /// <summary>Whether the probabilities are kept, too.</summary>
    /// <value>False.</value>
    public bool Probabilities { get; init; }

    /// <summary>Whether the model's postprocessing is applied.</summary>
    /// <value>True.</value>
    public bool Postprocessing { get; init; } = true;

    /// <summary>The ending of the segmentation, which chooses its format.</summary>
    /// <value>Null: as the command chooses it.</value>
    public string? Format { get; init; }
}
