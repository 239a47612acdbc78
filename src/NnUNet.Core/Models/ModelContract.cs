using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>
/// What a model promises: all that prediction, validation, ensembling, export and memory estimates need to know of it, whichever
/// program and version it comes from.
/// </summary>
/// <remarks>
/// A <see cref="ModelFormat"/> makes it of a folder's files, <see cref="PlanContract"/> of a plan. Code that uses it needs no plan.
/// Transposed array order unless stated otherwise.
/// </remarks>
public sealed record ModelContract
{
    /// <summary>The name of nnU-Net v1's layout of results.</summary>
    public const string Version1Layout = "v1";

    /// <summary>The name of nnU-Net v2's layout of results.</summary>
    public const string Version2Layout = "v2";

    /// <summary>The channels, and how images come onto the network's grid and back.</summary>
    public required PreprocessingRecipe Preprocessing { get; init; }

    /// <summary>The labels, and what the network's outputs stand for.</summary>
    public required LabelContract Labels { get; init; }

    /// <summary>What the outputs mean, and what is averaged.</summary>
    public required OutputContract Outputs { get; init; }

    /// <summary>The tiles in which the network sees images.</summary>
    public required TileContract Tiles { get; init; }

    /// <summary>How to build the network, and the axes along which images may be mirrored.</summary>
    public required NetworkDescription Network { get; init; }

    /// <summary>The stage of a cascade whose segmentation the network sees; null for none.</summary>
    public PreviousStageContract? PreviousStage { get; init; }

    /// <summary>What is removed from each segmentation; null for nothing.</summary>
    public PostprocessingDecision? Postprocessing { get; init; }

    /// <summary>Feature maps of the network's first resolution, for memory estimates.</summary>
    public required int BaseFeatures { get; init; }

    /// <summary>Median shape (3 values) in voxels of the training cases at the network's spacing, for estimates of time.</summary>
    public required ValueArray<int> MedianShape { get; init; }

    /// <summary>The name of the layout of the model's results (a <c>ResultLayout</c> of the export).</summary>
    /// <value>That of nnU-Net v1.</value>
    public string ResultLayout { get; init; } = Version1Layout;

    /// <summary>The class by which nnU-Net v2 reads and writes the model's images (<c>image_reader_writer</c>), of which the properties beside its probabilities depend; null where it is not told.</summary>
    public string? ImageReader { get; init; }

    /// <summary>Channels that the network takes: the images', and those of the previous stage.</summary>
    public int InputChannels => Preprocessing.Channels.Count + (PreviousStage?.Labels.Count ?? 0);

    /// <summary>Checks what can be checked without the network.</summary>
    /// <param name="where">The file that the contract is made of, for the message.</param>
    /// <returns>The same contract.</returns>
    /// <exception cref="DescribedException">Parts contradict each other or ask for what there is not; all of it in one message.</exception>
    public ModelContract Checked(string where)
    {
        string[] faults = [.. Preprocessing.Faults(), .. Labels.Faults(), .. Faults()];
        return faults.Length == 0 ? this : throw new DescribedException(where, string.Join("; ", faults), "get the model again from where it came from, or name the plug-in that has what it asks for");
    }

    private IEnumerable<string> Faults()
    {
        if (Tiles.Size.Count is not (2 or 3) || Tiles.Size.Any(static n => n < 1)) yield return $"the tile is {Tiles.Size}, but must be 2 or 3 positive values";
        if (!(Tiles.GaussianPeak > 0)) yield return FormattableString.Invariant($"the tile's middle counts {Tiles.GaussianPeak}, but must count more than 0");
        if (Labels.HasRegions != (Outputs.Activation == OutputActivation.Sigmoid)) yield return $"the outputs are {(Labels.HasRegions ? "regions" : "classes")}, but their probabilities are made by {Outputs.Activation}";
    }
}
