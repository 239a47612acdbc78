using System.Text.Json.Serialization;

namespace NnUNet.Workflows.Prediction;

/// <summary>How a prediction was asked for, as nnU-Net v2 notes it in the folder of its results; nothing reads it again.</summary>
/// <remarks>Source: nnunetv2/inference/predict_from_raw_data.py, predict_from_files; keys in the order in which they are sorted there.</remarks>
internal sealed record PredictionArguments
{
    /// <summary>The folder of the first stage's segmentations; null where the model needs none.</summary>
    [JsonPropertyName("folder_with_segs_from_prev_stage")]
    public required string? PreviousStageFolder { get; init; }

    /// <summary>The folder of the images.</summary>
    [JsonPropertyName("list_of_lists_or_source_folder")]
    public required string Input { get; init; }

    /// <summary>Into how many parts the cases are divided.</summary>
    [JsonPropertyName("num_parts")]
    public required int Parts { get; init; }

    /// <summary>Cases that are preprocessed at the same time.</summary>
    [JsonPropertyName("num_processes_preprocessing")]
    public required int PreprocessingThreads { get; init; }

    /// <summary>Cases that are exported at the same time.</summary>
    [JsonPropertyName("num_processes_segmentation_export")]
    public required int ExportThreads { get; init; }

    /// <summary>The folder of the results.</summary>
    [JsonPropertyName("output_folder_or_list_of_truncated_output_files")]
    public required string Output { get; init; }

    /// <summary>Whether results that are there were to be made again.</summary>
    [JsonPropertyName("overwrite")]
    public required bool Overwrite { get; init; }

    /// <summary>Which part was predicted.</summary>
    [JsonPropertyName("part_id")]
    public required int Part { get; init; }

    /// <summary>Whether probabilities were to be written.</summary>
    [JsonPropertyName("save_probabilities")]
    public required bool SaveProbabilities { get; init; }

    /// <summary>The arguments of a run.</summary>
    public static PredictionArguments Of(string input, string output, PredictRunOptions options) => new()
    {
        PreviousStageFolder = options.PreviousStageFolder,
        Input = input,
        Parts = options.Parts,
        PreprocessingThreads = options.PreprocessingThreads,
        ExportThreads = options.ExportThreads,
        Output = output,
        Overwrite = options.Overwrite,
        Part = options.Part,
        SaveProbabilities = options.SaveProbabilities,
    };
}
