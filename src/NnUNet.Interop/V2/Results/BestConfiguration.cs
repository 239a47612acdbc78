using System.Text.Json.Nodes;
using NnUNet.Core;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>Compares the models of a data set and their pairs by cross-validation: <c>nnUNetv2_find_best_configuration</c>.</summary>
/// <remarks>
/// The mean Dice of the foreground decides, of equal ones the first, and single models come before pairs. Source:
/// nnunetv2/evaluation/find_best_configuration.py.
/// </remarks>
internal static class BestConfiguration
{
    /// <summary>What was found, for programs.</summary>
    public const string InformationName = "inference_information.json";

    /// <summary>What was found, for people.</summary>
    public const string InstructionsName = "inference_instructions.txt";

    private const string EnsemblesName = "ensembles";

    /// <summary>Pools, merges and scores, decides about the best one's postprocessing, and writes both files into <c>RESULTS/DatasetXXX_NAME</c>.</summary>
    /// <param name="workspace">The folders.</param>
    /// <param name="dataset">The data set's full name.</param>
    /// <param name="options">What is compared.</param>
    /// <param name="loop">How many cases at a time.</param>
    /// <exception cref="DescribedException">There is nothing to compare, or something is missing or damaged.</exception>
    public static BestResult Run(Version2Workspace workspace, string dataset, BestConfigurationOptions options, SegmentationLoop loop)
    {
        (IReadOnlyList<TrainedFolder> models, IReadOnlyList<string> absent) = Available(workspace, dataset, options);
        List<Candidate> candidates = [];
        foreach (TrainedFolder model in models)
        {
            string pooled = model.Pooled(options.Folds);
            string references = CrossValidationPool.References(workspace, dataset);
            candidates.Add(new Candidate(model.Identifier, pooled, [model], CrossValidationPool.Run(model, options.Folds, pooled, references, options.Overwrite, loop).ForegroundDice));
        }

        string copies = CrossValidationPool.References(workspace, dataset, preprocessed: true);
        foreach ((TrainedFolder first, TrainedFolder second) in options.Ensembling ? models.SelectMany((a, i) => models.Skip(i + 1).Select(b => (a, b))) : [])
        {
            string name = TrainedFolder.EnsembleName(first, second, options.Folds), folder = Path.Combine(workspace.Results, dataset, EnsemblesName, name);
            ResultLabels labels = first.Labels();
            ProbabilityEnsemble.MergeValidations([first, second], options.Folds, folder, options.Overwrite, loop);
            ResultSummary summary = ResultSummary.Of(ResultSummary.Pairs(copies, folder, labels.FileEnding, complete: false), labels.Structures, labels.IgnoreLabel, loop);
            summary.Write(Path.Combine(folder, ResultSummary.FileName));
            candidates.Add(new Candidate(name, folder, [first, second], summary.Means.ForegroundDice));
        }

        Candidate best = candidates.Where(static c => !double.IsNaN(c.Dice)).MaxBy(static c => c.Dice)
            ?? throw new DescribedException(dataset, "no model has a Dice, since in no case there is a foreground", "check the reference segmentations");
        ChosenPostprocessing postprocessing = PostprocessingChoice.Determine(best.Folder, copies, best.Models[0].Labels(), keep: true, loop);
        string results = Path.Combine(workspace.Results, dataset);
        BestResult result = new(dataset, candidates, best, postprocessing, absent, InferenceInstructions.Of(dataset, best, options.Folds));
        PythonJsonText.Write(Path.Combine(results, InformationName), Information(result, models, options));
        AtomicFile.WriteText(Path.Combine(results, InstructionsName), string.Concat(result.Instructions.Select(static line => line + "\n")));
        return result;
    }

    /// <summary>The models to compare; of a configuration that the plan does not have, none is missed.</summary>
    private static (IReadOnlyList<TrainedFolder> Models, IReadOnlyList<string> Absent) Available(Version2Workspace workspace, string dataset, BestConfigurationOptions options)
    {
        List<TrainedFolder> models = [];
        List<string> absent = [], faults = [];
        foreach (string trainer in options.Trainers)
        {
            foreach (string configuration in options.Configurations)
            {
                foreach (string plans in options.Plans)
                {
                    TrainedFolder model = TrainedFolder.Of(workspace, dataset, trainer, plans, configuration);
                    if (!Configurations(workspace, model).Contains(configuration, StringComparer.Ordinal)) absent.Add($"{plans} has no configuration {configuration}");
                    else if (Directory.Exists(model.Path)) models.Add(model);
                    else faults.Add($"there is no model {model.Path}");
                }
            }
        }

        if (faults.Count > 0) throw new DescribedException(dataset, FaultList.Text(faults), "train what is missing, or name what is compared with -c, -tr and -p");
        return models.Count > 0 ? (models, absent) : throw new DescribedException(dataset, FaultList.Text(absent), "name configurations of the plan with -c, and plans with -p");
    }

    /// <summary>The configurations of a model's plan, which lies with the preprocessed data, or else with any model of it.</summary>
    private static IEnumerable<string> Configurations(Version2Workspace workspace, TrainedFolder model)
    {
        string preprocessed = Path.Combine(workspace.Preprocessed, model.Dataset, model.Plans + ".json");
        string? path = new[] { preprocessed, Path.Combine(model.Path, TrainedFolder.PlansName) }
            .Concat(VisibleFiles.FoldersIn(Path.Combine(workspace.Results, model.Dataset), $"*__{model.Plans}__*").Select(static f => Path.Combine(f, TrainedFolder.PlansName)))
            .FirstOrDefault(File.Exists);
        if (path is null) throw new DescribedException(preprocessed, "there is no such plan, and no model of it", "check the data set and -p");
        return JsonTree.Read(path) is JsonObject root && root["configurations"] is JsonObject configurations
            ? [.. configurations.Select(static c => c.Key)]
            : throw new DescribedException(path, "it has no configurations", "give a plan of nnU-Net v2");
    }

    private static JsonObject Information(BestResult result, IReadOnlyList<TrainedFolder> models, BestConfigurationOptions options) => new()
    {
        ["folds"] = new JsonArray([.. options.Folds.Select(static f => JsonValue.Create(f))]),
        ["dataset_name_or_id"] = result.Dataset,
        ["considered_models"] = new JsonArray([.. models.Select(static m => new JsonObject { ["plans"] = m.Plans, ["configuration"] = m.Configuration, ["trainer"] = m.Trainer })]),
        ["ensembling_allowed"] = options.Ensembling,
        ["all_results"] = new JsonObject(result.Candidates.Select(static c => KeyValuePair.Create(c.Name, (JsonNode?)JsonValue.Create(c.Dice)))),
        ["best_model_or_ensemble"] = new JsonObject
        {
            ["result_on_crossval_pre_pp"] = result.Best.Dice,
            ["result_on_crossval_post_pp"] = result.Postprocessing.After.ForegroundDice,
            ["postprocessing_file"] = Path.Combine(result.Best.Folder, ResultPostprocessing.PickleName),
            ["some_plans_file"] = Path.Combine(result.Best.Folder, TrainedFolder.PlansName),
            ["selected_model_or_models"] = new JsonArray(
                [.. result.Best.Models.Select(static m => new JsonObject { ["configuration"] = m.Configuration, ["trainer"] = m.Trainer, ["plans_identifier"] = m.Plans })]),
        },
    };
}

/// <summary>What is compared.</summary>
internal sealed record BestConfigurationOptions
{
    /// <summary>The plans' names.</summary>
    public ValueArray<string> Plans { get; init; } = ["nnUNetPlans"];

    /// <summary>The configurations.</summary>
    public ValueArray<string> Configurations { get; init; } = ["2d", "3d_fullres", "3d_lowres", "3d_cascade_fullres"];

    /// <summary>The trainers.</summary>
    public ValueArray<string> Trainers { get; init; } = ["nnUNetTrainer"];

    /// <summary>The folds.</summary>
    public ValueArray<int> Folds { get; init; } = [0, 1, 2, 3, 4];

    /// <summary>Whether pairs are compared too.</summary>
    /// <value>True.</value>
    public bool Ensembling { get; init; } = true;

    /// <summary>Whether folders of earlier calls are made again.</summary>
    /// <value>True.</value>
    public bool Overwrite { get; init; } = true;
}

/// <summary>A model or a pair with its score.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">The folder of its pooled or merged validations.</param>
/// <param name="Models">The model, or both.</param>
/// <param name="Dice">The mean Dice of the foreground.</param>
internal sealed record Candidate(string Name, string Folder, IReadOnlyList<TrainedFolder> Models, double Dice);

/// <summary>What was found.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Candidates">All that were compared, in order.</param>
/// <param name="Best">The best.</param>
/// <param name="Postprocessing">Its postprocessing.</param>
/// <param name="Absent">What was left out, since the plan does not have it.</param>
/// <param name="Instructions">How to predict with the best, line by line.</param>
internal sealed record BestResult(
    string Dataset, IReadOnlyList<Candidate> Candidates, Candidate Best, ChosenPostprocessing Postprocessing, IReadOnlyList<string> Absent, IReadOnlyList<string> Instructions);
