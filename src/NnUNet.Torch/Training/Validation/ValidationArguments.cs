using System.Text.Json.Serialization;
using NnUNet.Core.Export;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Validation;

/// <summary>How the cases of a final validation were predicted: <c>validation_args.json</c> beside the predictions.</summary>
/// <remarks>The original's keys, and three more. Source: nnUNetTrainer.py, validate.</remarks>
internal sealed record ValidationArguments
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "validation_args.json";

    /// <summary>Whether the predictions of mirrored images were averaged.</summary>
    [JsonPropertyName("do_mirroring")]
    public bool Mirroring => MirrorAxes.Count > 0;

    /// <summary>Axes of the network's input (0 = the first) along which images were mirrored.</summary>
    [JsonPropertyName("mirror_axes")]
    public required ValueArray<int> MirrorAxes { get; init; }

    /// <summary>Whether images were predicted tile by tile.</summary>
    [JsonPropertyName("use_sliding_window")]
    public bool SlidingWindow { get; } = true;

    /// <summary>Largest step between tiles as a fraction of the tile.</summary>
    [JsonPropertyName("step_size")]
    public required double TileStep { get; init; }

    /// <summary>Whether the probabilities were written.</summary>
    [JsonPropertyName("save_softmax")]
    public required bool SaveProbabilities { get; init; }

    /// <summary>Whether a tile's centre counts more than its border.</summary>
    [JsonPropertyName("use_gaussian")]
    public required bool Gaussian { get; init; }

    /// <summary>Whether predictions that were there were made again.</summary>
    [JsonPropertyName("overwrite")]
    public required bool Overwrite { get; init; }

    /// <summary>The folder's name.</summary>
    [JsonPropertyName("validation_folder_name")]
    public required string FolderName { get; init; }

    /// <summary>How probabilities were brought back onto the images' grids.</summary>
    [JsonPropertyName("segmentation_export_kwargs")]
    public required ExportOptions Export { get; init; }

    /// <summary>Whether it was decided from this fold alone which components are removed.</summary>
    [JsonPropertyName("run_postprocessing_on_folds")]
    public required bool Postprocess { get; init; }

    /// <summary>The checkpoint that predicted, without ending.</summary>
    [JsonPropertyName("checkpoint")]
    public required string Checkpoint { get; init; }
}
