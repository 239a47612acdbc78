using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Models.Archives;

/// <summary>Which models go into an archive.</summary>
public sealed record ExportModelOptions
{
    /// <summary>The configurations.</summary>
    /// <value>2d, 3d_lowres, 3d_fullres, 3d_cascade_fullres.</value>
    public ValueArray<Configuration> Configurations { get; init; } = [.. Configuration.All];

    /// <summary>The trainer of 2d, 3d_lowres and 3d_fullres.</summary>
    /// <value>nnUNetTrainerV2.</value>
    public string Trainer { get; init; } = Configuration.FullResolution.DefaultTrainer;

    /// <summary>The trainer of 3d_cascade_fullres.</summary>
    /// <value>nnUNetTrainerV2CascadeFullRes.</value>
    public string CascadeTrainer { get; init; } = Configuration.Cascade.DefaultTrainer;

    /// <summary>The plans' name.</summary>
    /// <value>nnUNetPlansv2.1.</value>
    public string Plans { get; init; } = "nnUNetPlansv2.1";

    /// <summary>The folds.</summary>
    /// <value>0 to 4.</value>
    public ValueArray<string> Folds { get; init; } = ["0", "1", "2", "3", "4"];

    /// <summary>Whether a configuration or a postprocessing.json that is missing is an error.</summary>
    /// <value>True.</value>
    public bool Strict { get; init; } = true;
}

/// <summary>What was put into an archive.</summary>
/// <param name="Models">The models, as paths below the folder of all models.</param>
/// <param name="Missing">What was left out because it is missing.</param>
public sealed record ExportReport(ValueArray<string> Models, ValueArray<string> Missing);

/// <summary>Collects the models of a task in a zip archive that <see cref="ModelInstaller"/> installs elsewhere.</summary>
/// <remarks>
/// Our own models go in as they are, and so do those of the Python original, whose archives it reads as well.
/// Source: nnunet/inference/pretrained_models/collect_pretrained_models.py.
/// </remarks>
public static class ModelExporter
{
    private static readonly string[] ModelFiles = [Plan.ModelFileName, "plans.pkl", "dataset.json", "postprocessing.json"];

    private static readonly string[] FoldFiles =
    [
        ModelFolder.FinalCheckpoint + ModelFolder.CheckpointEnding, ModelFolder.FinalCheckpoint + ".json", ModelFolder.FinalCheckpoint + ".model",
        ModelFolder.FinalCheckpoint + ".model.pkl", "debug.json", "progress.png", "network_architecture.svg", "network_architecture.pdf", "postprocessing.json",
    ];

    /// <summary>Writes the archive; it appears when it is whole. The same models give the same bytes.</summary>
    /// <param name="modelsFolder">The folder of all models (<see cref="Workspace.Models"/>).</param>
    /// <param name="task">The task's full name.</param>
    /// <param name="zip">The file to write.</param>
    /// <param name="options">Which models; null for the defaults.</param>
    /// <param name="progress">Reports after each piece of a file.</param>
    /// <param name="cancel">Stops before the next file; nothing is written then.</param>
    /// <exception cref="DescribedException">A model, a fold or its final checkpoint is missing.</exception>
    public static ExportReport Export(
        string modelsFolder, string task, string zip, ExportModelOptions? options = null, IProgress<ArchiveProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new ExportModelOptions();
        List<string> missing = [];
        List<string> files = [];
        List<string> models = [];
        foreach (Configuration configuration in options.Configurations)
        {
            string trainer = configuration == Configuration.Cascade ? options.CascadeTrainer : options.Trainer;
            string model = $"{configuration}/{task}/{trainer}__{options.Plans}";
            if (Directory.Exists(Path.Combine(modelsFolder, model)))
            {
                files.AddRange(FilesOf(modelsFolder, model, options, missing));
                models.Add(model);
            }
            else
            {
                Miss(Path.Combine(modelsFolder, model), "there is no such model", options, missing);
            }
        }

        if (models.Count == 0) throw new ModelArchiveException(Path.Combine(modelsFolder), $"there is no model of {task} to export", "train it first, or check -m, -tr, -trc and -pl");
        files.AddRange(Ensembles(modelsFolder, task, options));
        ArchiveWriter.Write(modelsFolder, zip, files, progress, cancel);
        return new ExportReport(models.ToValueArray(), missing.ToValueArray());
    }

    private static void Miss(string where, string what, ExportModelOptions options, List<string> missing)
    {
        if (options.Strict) throw new ModelArchiveException(where, what, "make it first, name what there is with -m and -f, or allow gaps with --disable_strict");
        missing.Add($"{where}: {what}");
    }

    private static List<string> FilesOf(string modelsFolder, string model, ExportModelOptions options, List<string> missing)
    {
        string folder = Path.Combine(modelsFolder, model);
        ModelFolder opened = ModelFolder.Open(folder);
        if (!File.Exists(Path.Combine(folder, "postprocessing.json"))) Miss(folder, "postprocessing.json is missing (nnUNet_determine_postprocessing writes it)", options, missing);
        List<string> files = [.. ModelFiles.Where(f => File.Exists(Path.Combine(folder, f))).Select(f => $"{model}/{f}")];
        foreach (string fold in opened.SelectFolds([.. options.Folds]))
        {
            string path = opened.FoldPath(fold);
            files.AddRange(FoldFiles.Where(f => File.Exists(Path.Combine(path, f))).Select(f => $"{model}/{Path.GetFileName(path)}/{f}"));
        }

        return files;
    }

    /// <summary>The postprocessing of ensembles of which both models are exported.</summary>
    private static IEnumerable<string> Ensembles(string modelsFolder, string task, ExportModelOptions options)
    {
        string folder = Path.Combine(modelsFolder, Workspace.EnsemblesFolderName, task);
        if (!Directory.Exists(folder)) return [];
        return Directory.GetDirectories(folder, "ensemble_*").Select(static d => Path.GetFileName(d)).Order(StringComparer.Ordinal)
            .Where(e => File.Exists(Path.Combine(folder, e, "postprocessing.json")))
            .Where(e => e["ensemble_".Length..].Split("--").All(member => IsExported(member.Split("__"), options)))
            .Select(e => $"{Workspace.EnsemblesFolderName}/{task}/{e}/postprocessing.json");
    }

    private static bool IsExported(string[] member, ExportModelOptions options) =>
        member.Length == 3 && options.Configurations.Any(c => c.Name == member[0]) && (member[1] == options.Trainer || member[1] == options.CascadeTrainer) && member[2] == options.Plans;
}
