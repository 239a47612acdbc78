using System.Text.Json.Nodes;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V1;

namespace NnUNet.Interop.V2.Export;

/// <summary>What was exported.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Folds">The folds.</param>
/// <param name="Network">The class of version 2 that builds the network.</param>
/// <param name="Warnings">Where version 2 will do something else than this program.</param>
public sealed record V2ExportReport(string Folder, ValueArray<string> Folds, string Network, ValueArray<string> Warnings);

/// <summary>Writes a model as the Python nnU-Net v2 has it, from one that was trained here.</summary>
/// <remarks>
/// Version 1's U-Net becomes version 2's plain one, with zeros for the biases that it has not and with small kernels in the middle of
/// zeros where version 2 wants larger ones: the same function. Source: nnunetv2/inference/predict_from_raw_data.py,
/// initialize_from_trained_model_folder, which reads what is written here.
/// </remarks>
public static class V2Exporter
{
    /// <summary>The trainer that is named where nothing else is wished: it builds the network that the plans say.</summary>
    public const string StandardTrainer = "nnUNetTrainer";

    private const string StandardPlans = "nnUNetPlans", UnknownDataset = "Dataset000_Unknown";

    /// <summary>Writes <c>DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION</c> with <c>plans.json</c>, <c>dataset.json</c> and a checkpoint for each fold.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">Gets the data set's folder; a model that is there already is refused.</param>
    /// <param name="trainer">The trainer's name in version 2.</param>
    /// <param name="checkpoint">The stem of our checkpoint.</param>
    /// <param name="progress">Reports each fold that is written.</param>
    /// <param name="cancel">Stops before the next tensor.</param>
    /// <exception cref="DescribedException">Version 2 has no such network or labels, the folder is not empty, or a checkpoint is missing or damaged.</exception>
    public static V2ExportReport Export(
        ModelFolder model, string output, string trainer = StandardTrainer, string checkpoint = ModelFolder.FinalCheckpoint, IProgress<string>? progress = null, CancellationToken cancel = default)
    {
        Plan plan = model.Plan ?? throw new DescribedException(model.Path, $"a model of {model.Format.Title} has no plan of nnU-Net v1", "export a model that was trained here or by the Python nnU-Net v1");
        V2ExportNames names = NamesOf(model, plan, trainer);
        string folder = Path.Combine(Path.GetFullPath(output), names.Folder);
        EmptyFolder.Check(folder, "choose another output folder");

        IReadOnlyList<string> folds = model.SelectFolds(null, checkpoint);
        V2ExportConfiguration configuration = ConfigurationOf(model, plan, names.Configuration);
        string ending = V2DatasetWriter.EndingOf(model);
        JsonObject plans = V2PlanWriter.ToJson(model.Path, plan, names, configuration, ending);
        JsonObject dataset = V2DatasetWriter.ToJson(model, plan, names.Dataset, ending);
        V2CheckpointWriter writer = new(configuration.Network, names, plans, dataset, model.Network.MirrorAxes);
        ProductJson.Write(Path.Combine(folder, "plans.json"), plans);
        ProductJson.Write(Path.Combine(folder, "dataset.json"), dataset);
        foreach (string fold in folds)
        {
            string source = model.CheckpointPath(fold, checkpoint);
            using (SourceWeights weights = SourceWeights.Open(source)) writer.Write(source, weights, Path.Combine(folder, ModelFolder.FoldPrefix + fold, V2StateDict.FinalName), fold, cancel);
            progress?.Report(fold);
        }

        return new V2ExportReport(folder, folds.ToValueArray(), configuration.Network.ClassName, Differences(model, plan, names).ToValueArray());
    }

    private static V2ExportNames NamesOf(ModelFolder model, Plan plan, string trainer)
    {
        string[] parts = model.Path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        string task = parts.Length >= 2 && parts[^2].StartsWith("Task", StringComparison.Ordinal) && parts[^2].Contains('_', StringComparison.Ordinal) ? "Dataset" + parts[^2]["Task".Length..] : UnknownDataset;
        string plans = parts[^1].Split("__") is [_, var name, ..] ? name : StandardPlans;
        bool slices = model.Contract.Tiles.Is2D, stages = plan.PlansPerStage.Count > 1;
        Configuration configuration = slices ? Configuration.Slices
            : model.Network.PreviousStage ? Configuration.Cascade
            : stages && model.Stage == plan.PlansPerStage.Keys.First() ? Configuration.LowResolution
            : Configuration.FullResolution;
        return new V2ExportNames(task, trainer, plans, configuration.Name);
    }

    private static V2ExportConfiguration ConfigurationOf(ModelFolder model, Plan plan, string name)
    {
        bool slices = model.Contract.Tiles.Is2D, stages = plan.PlansPerStage.Count > 1;
        bool batchDice = slices || (stages && model.Stage == plan.PlansPerStage.Keys.Last());
        V2ExportNetwork network = V2ExportNetwork.Of(model.Path, model.Network);
        return new V2ExportConfiguration(name, model.Stage, network, batchDice, model.Network.PreviousStage ? Configuration.LowResolution.Name : null);
    }

    private static IEnumerable<string> Differences(ModelFolder model, Plan plan, V2ExportNames names)
    {
        if (plan.NormalizationSchemes.Values.Any(static s => s != "noNorm"))
        {
            yield return "version 2 normalises a case before it resamples it, this model was trained on cases that were resampled before; where spacings differ from the plan's, its input, and so the segmentation, will differ somewhat";
        }

        if (plan.NormalizationSchemes.Any(s => s.Value == "CT" && plan.UseMaskForNorm.GetValueOrDefault(s.Key))) yield return "version 2 does not set what is outside of the nonzero mask to zero in CT channels";
        if (names.Dataset == UnknownDataset) yield return $"the model does not lie in a task's folder (TaskXXX_NAME), so that its data set is called {UnknownDataset}";
        if (model.Contract.Postprocessing is not null) yield return "version 2 does not apply the model's postprocessing while it predicts; nnunet postprocess does it here";
        if (names.Trainer != StandardTrainer) yield return $"version 2 must have a trainer {names.Trainer} that builds the network as the plans say";
        if (model.Folds.Contains(Folds.All)) yield return "fold all is written as fold_all; name it with -f all";
    }
}
