using NnUNet.Foundation;

namespace NnUNet.Core.Models.Archives;

/// <summary>Which models of nnU-Net v2 go into an archive.</summary>
public sealed record Version2ExportOptions
{
    /// <summary>The configurations.</summary>
    /// <value>3d_lowres, 3d_fullres, 2d, 3d_cascade_fullres.</value>
    public ValueArray<string> Configurations { get; init; } = ["3d_lowres", "3d_fullres", "2d", "3d_cascade_fullres"];

    /// <summary>The trainer.</summary>
    /// <value>nnUNetTrainer.</value>
    public string Trainer { get; init; } = Version2Workspace.DefaultTrainer;

    /// <summary>The plans' name.</summary>
    /// <value>nnUNetPlans.</value>
    public string Plans { get; init; } = Version2Workspace.DefaultPlans;

    /// <summary>The folds.</summary>
    /// <value>0 to 4.</value>
    public ValueArray<string> Folds { get; init; } = ["0", "1", "2", "3", "4"];

    /// <summary>The checkpoints' file names.</summary>
    /// <value>checkpoint_final.pth.</value>
    public ValueArray<string> Checkpoints { get; init; } = ["checkpoint_final.pth"];

    /// <summary>Whether a configuration, fold or checkpoint that is missing is an error.</summary>
    /// <value>True.</value>
    public bool Strict { get; init; } = true;

    /// <summary>Whether the validation cases' segmentations go in.</summary>
    /// <value>False: only their scores do.</value>
    public bool Predictions { get; init; }
}

/// <summary>Collects a data set's models of nnU-Net v2 in a zip archive that <see cref="ModelInstaller"/> and the original install elsewhere.</summary>
/// <remarks>Source: nnunetv2/model_sharing/model_export.py; there a progress.png that is missing is an error.</remarks>
public static class Version2Exporter
{
    private const string EnsemblePrefix = "ensemble___";
    private const string Between = "___";

    private static readonly string[] FoldFiles = ["debug.json", "progress.png", "network_architecture.pdf"];

    private static readonly string[] CrossValidationFiles = ["summary.json", "postprocessing.pkl", "postprocessing.json"];

    private static readonly string[] ModelFiles = ["plans.json", "dataset_fingerprint.json", "dataset.json"];

    private static readonly string[] Information = ["inference_information.json", "inference_information.txt", "inference_instructions.txt"];

    /// <summary>Writes the archive; it appears when it is whole. The same models give the same bytes.</summary>
    /// <param name="results">The folder of all models (<see cref="Version2Workspace.Results"/>).</param>
    /// <param name="dataset">The data set's full name.</param>
    /// <param name="zip">The file to write.</param>
    /// <param name="options">Which models; null for the defaults.</param>
    /// <param name="progress">Reports after each piece of a file.</param>
    /// <param name="cancel">Stops before the next piece of a file; nothing is written then.</param>
    /// <exception cref="DescribedException">A model, a fold or a checkpoint is missing.</exception>
    public static ExportReport Export(
        string results, string dataset, string zip, Version2ExportOptions? options = null, IProgress<ArchiveProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new Version2ExportOptions();
        List<string> missing = [], files = [], models = [];
        foreach (string configuration in options.Configurations)
        {
            string model = $"{dataset}/{options.Trainer}__{options.Plans}__{configuration}";
            if (Directory.Exists(Path.Combine(results, model)))
            {
                files.AddRange(FilesOf(results, model, options, missing));
                models.Add(model);
            }
            else
            {
                Miss(Path.Combine(results, model), "there is no such model", options, missing);
            }
        }

        if (models.Count == 0) throw new ModelArchiveException(Path.Combine(results, dataset), "there is no such model to export", "train it first, or check -c, -tr and -p");
        files.AddRange(Ensembles(results, dataset, options));
        files.AddRange(There(results, dataset, Information));
        ArchiveWriter.Write(results, zip, files, progress, cancel);
        return new ExportReport(models.ToValueArray(), missing.ToValueArray());
    }

    private static void Miss(string where, string what, Version2ExportOptions options, List<string> missing)
    {
        if (options.Strict) throw new ModelArchiveException(where, what, "make it first, name what there is with -c, -f and -chk, or allow gaps with --not_strict");
        missing.Add($"{where}: {what}");
    }

    private static List<string> FilesOf(string results, string model, Version2ExportOptions options, List<string> missing)
    {
        string folder = Path.Combine(results, model);
        if (!File.Exists(Path.Combine(folder, ModelFiles[0]))) throw new ModelArchiveException(folder, $"{ModelFiles[0]} is missing", "get the model again from where it came from");

        List<string> files = [];
        foreach (string fold in options.Folds)
        {
            string path = $"{model}/{ModelFolder.FoldPrefix}{fold}";
            if (!Directory.Exists(Path.Combine(results, path)))
            {
                Miss(Path.Combine(results, path), "there is no such fold", options, missing);
                continue;
            }

            foreach (string checkpoint in options.Checkpoints.Where(c => !File.Exists(Path.Combine(results, path, c)))) Miss(Path.Combine(results, path), $"there is no checkpoint {checkpoint}", options, missing);
            files.AddRange(There(results, path, [.. options.Checkpoints, .. FoldFiles]));
            files.AddRange(options.Predictions ? All(results, $"{path}/validation") : There(results, $"{path}/validation", ["summary.json"]));
        }

        string crossValidation = $"{model}/crossval_results_folds_{string.Join('_', options.Folds)}";
        files.AddRange(options.Predictions ? All(results, crossValidation) : There(results, crossValidation, CrossValidationFiles));
        files.AddRange(There(results, model, ModelFiles));
        return files;
    }

    /// <summary>What was found out about ensembles of which both models are exported.</summary>
    private static IEnumerable<string> Ensembles(string results, string dataset, Version2ExportOptions options)
    {
        string[] exported = [.. options.Configurations.Select(c => $"{options.Trainer}__{options.Plans}__{c}")];
        return VisibleFiles.FoldersIn(Path.Combine(results, dataset, Workspace.EnsemblesFolderName), EnsemblePrefix + "*")
            .Select(static f => Path.GetFileName(f))
            .Where(name => name.Split(Between) is { Length: > 3 } parts && parts[1..^1].All(exported.Contains))
            .Select(name => $"{dataset}/{Workspace.EnsemblesFolderName}/{name}")
            .SelectMany(folder => options.Predictions ? All(results, folder) : There(results, folder, CrossValidationFiles));
    }

    private static IEnumerable<string> There(string results, string folder, IEnumerable<string> names) => names.Where(name => File.Exists(Path.Combine(results, folder, name))).Select(name => $"{folder}/{name}");

    /// <summary>All files of a folder but probabilities.</summary>
    private static IEnumerable<string> All(string results, string folder) =>
        VisibleFiles.In(Path.Combine(results, folder)).Select(static f => Path.GetFileName(f)).Where(static name => !name.EndsWith(".npz", StringComparison.Ordinal) && (name == CrossValidationFiles[1] || !name.EndsWith(".pkl", StringComparison.Ordinal))).Select(name => $"{folder}/{name}");
}
