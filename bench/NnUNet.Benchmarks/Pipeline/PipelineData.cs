using NnUNet.Benchmarks.Suite;
using NnUNet.Core;
using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Benchmarks.Pipeline;

/// <summary>What the commands work on: a task of 60 cases, 20 images, and a model of the hippocampus plan.</summary>
/// <remarks>The weights are drawn, not trained: a prediction takes as long with them.</remarks>
internal sealed record PipelineData
{
    private const int Cases = 60;
    private const int Images = 20;

    private const int TaskId = 900;

    /// <summary>The task that is preprocessed.</summary>
    public required string Task { get; init; }

    /// <summary>The workspace with the raw task.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>The folder of the workspace.</summary>
    public required string WorkspaceFolder { get; init; }

    /// <summary>The model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>A folder with one image of one tile.</summary>
    public required string OneImage { get; init; }

    /// <summary>A folder with 20 images.</summary>
    public required string TwentyImages { get; init; }

    /// <summary>Where predictions go.</summary>
    public required string Output { get; init; }

    /// <summary>Where the data are from, as words of a table's row.</summary>
    public required string Source { get; init; }

    /// <summary>Makes the data, or converts those of a Decathlon task, in the scratch folder.</summary>
    public static PipelineData Make(SuiteOptions options)
    {
        string root = Path.Combine(options.Scratch, "data");
        Remove(root);
        string folder = Path.Combine(root, "workspace");
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder });
        PipelineData data = new()
        {
            WorkspaceFolder = folder,
            Workspace = workspace,
            Task = options.Data is null ? MakeTask(workspace) : DecathlonConverter.Convert(options.Data, TaskId, workspace),
            Model = Path.Combine(root, "model"),
            OneImage = Path.Combine(root, "one"),
            TwentyImages = Path.Combine(root, "twenty"),
            Output = Path.Combine(root, "predictions"),
            Source = options.Data is null ? "computed images" : Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Data)),
        };
        HippocampusModel.Write(data.Model);
        Directory.CreateDirectory(data.TwentyImages);
        string[] images = [.. Directory.GetFiles(Path.Combine(workspace.RawTask(data.Task), "imagesTs"), "*_0000.nii.gz").Order(StringComparer.Ordinal)];
        foreach (string image in images.Take(Images)) File.Copy(image, Path.Combine(data.TwentyImages, Path.GetFileName(image)));

        Volume<float> one = new(new Extent(36, 50, 36));
        for (int v = 0; v < one.Voxels.Length; v++) one.Voxels[v] = MathF.Sin(v * 0.1f);
        ImageFile.WriteVolume(Path.Combine(data.OneImage, "case_0000.nii.gz"), one);
        return data;
    }

    /// <summary>Removes what preprocessing made.</summary>
    public void RemovePreprocessed() => Remove(Workspace.Preprocessed);

    /// <summary>Removes the predictions.</summary>
    public void RemovePredictions() => Remove(Output);

    private static string MakeTask(Workspace workspace)
    {
        const string Task = "Task900_Benchmark";
        SyntheticDataset.Write(workspace.RawTask(Task), new SyntheticDatasetOptions { TrainingCases = Cases, TestCases = Images });
        return Task;
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
