using System.Text.Json.Serialization;
using NnUNet.Core.Planning;

namespace NnUNet.Torch.Training.Logs;

/// <summary>The files and folders of a training, under the original's names.</summary>
/// <param name="Plans">The plan's file.</param>
/// <param name="Task">The preprocessed task.</param>
/// <param name="Cases">The preprocessed cases.</param>
/// <param name="References">The reference segmentations.</param>
/// <param name="Model">The model's folder.</param>
/// <param name="Fold">The fold's folder.</param>
internal sealed record TrainingPaths(
    [property: JsonPropertyName("plans_file")] string Plans,
    [property: JsonPropertyName("dataset_directory")] string Task,
    [property: JsonPropertyName("folder_with_preprocessed_data")] string Cases,
    [property: JsonPropertyName("gt_niftis_folder")] string References,
    [property: JsonPropertyName("output_folder_base")] string Model,
    [property: JsonPropertyName("output_folder")] string Fold)
{
    /// <summary>The places of a training.</summary>
    public static TrainingPaths Of(TrainingSetup setup, TrainingSettings settings)
    {
        string task = setup.PreprocessedPath;
        return new TrainingPaths(
            TaskPlan.PathIn(task, Configuration.Parse(settings.Configuration), settings.Plans)!, task, setup.CasesPath, setup.ReferencePath, setup.ModelPath, setup.FoldPath);
    }
}
