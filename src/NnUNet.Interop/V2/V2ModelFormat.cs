using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Interop.V1;

namespace NnUNet.Interop.V2;

/// <summary>Model folders of the Python nnU-Net v2: <c>plans.json</c>, <c>dataset.json</c> and <c>fold_k/checkpoint_*.pth</c>.</summary>
/// <remarks>
/// Trainer, configuration and mirror axes are those of the checkpoint of the first fold that is asked for; of the trainer nothing else is needed, since what it
/// may change of the network shows in the weights. Source: nnunetv2/inference/predict_from_raw_data.py, initialize_from_trained_model_folder.
/// </remarks>
[CatalogName("nnunet_v2")]
public sealed class V2ModelFormat : ModelFormat
{
    /// <summary>How much more a tile's middle voxel counts than in version 1.</summary>
    private const double GaussianPeak = 10;

    /// <summary>Feature maps of the first resolution where a plug-in's network does not tell them.</summary>
    private const int UsualFeatures = 32;

    private const string DefaultLabelManager = "LabelManager", Reorienting = "Reorient", FinalStem = "checkpoint_final", BestStem = "checkpoint_best", LatestStem = "checkpoint_latest";

    /// <summary>The readers that turn images to RAS, and segmentations back.</summary>
    private static readonly string[] TurningReaders = ["NibabelIOWithReorient", "SimpleITKIOWithReorient"];

    private static readonly string[] Stems = [FinalStem, BestStem, LatestStem];

    private static readonly Dictionary<string, string> StemsOfVersion1 = new(StringComparer.Ordinal) { [ModelFolder.FinalCheckpoint] = FinalStem, ["model_best"] = BestStem, ["model_latest"] = LatestStem };

    /// <inheritdoc/>
    public override string Title => "nnU-Net v2 (Python)";

    /// <inheritdoc/>
    public override string CheckpointEnding => V2StateDict.Ending;

    /// <inheritdoc/>
    public override string PlansFileName => V2Plans.FileName;

    /// <inheritdoc/>
    public override string FolderOfAllCases => ModelFolder.FoldPrefix + Core.CrossValidation.Folds.All;

    /// <summary>The original's name of a checkpoint, of which version 1's names and names with the ending are others.</summary>
    public override string StemOf(string asked)
    {
        string stem = asked.EndsWith(CheckpointEnding, StringComparison.Ordinal) ? asked[..^CheckpointEnding.Length] : asked;
        return StemsOfVersion1.GetValueOrDefault(stem, stem);
    }

    /// <summary>Whether the folder has a <c>plans.json</c> with configurations, which version 1 calls stages.</summary>
    public override bool Recognizes(string folder)
    {
        string plans = Path.Combine(folder, V2Plans.FileName);
        return File.Exists(plans) && InputFile.ReadText(plans) is var text
            && text.Contains($"\"{V2Plans.ConfigurationsKey}\"", StringComparison.Ordinal) && !text.Contains("\"plans_per_stage\"", StringComparison.Ordinal);
    }

    /// <summary>The <c>dataset.json</c>, which says what the outputs are.</summary>
    public override IEnumerable<string> FilesBeside(string checkpoint) => [Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(checkpoint)!)!, DatasetDescription.FileName)];

    /// <inheritdoc/>
    public override string? FolderName(string folder)
    {
        V2Plans plans = ProductJson.Read<V2Plans>(Path.Combine(folder, V2Plans.FileName));
        using V2StateDict weights = V2StateDict.Open(FirstCheckpoint(folder));
        return weights.Trainer.Length > 0 && plans.PlansName is { } name && weights.Configuration is { } configuration ? $"{weights.Trainer}__{name}__{configuration}" : null;
    }

    /// <inheritdoc/>
    public override StoredWeights OpenWeights(string checkpoint) => V2StateDict.OpenWeights(checkpoint);

    /// <inheritdoc/>
    public override StoredModel Read(string folder, string? network = null) => Read(folder, network, checkpoint: null);

    /// <inheritdoc/>
    public override StoredModel Read(string folder, string? network, string? checkpoint)
    {
        string path = Path.Combine(folder, V2Plans.FileName);
        V2Plans plans = ProductJson.Read<V2Plans>(path);
        V2Dataset dataset = V2Dataset.Read(Path.Combine(folder, DatasetDescription.FileName));
        NetworkOverride choice = NetworkOverride.Parse(network);
        if (choice.Trainer is not null) throw new DescribedException("--network", $"{choice.Trainer} is a trainer of version 1, but the model one of version 2", "leave it out, or name a JSON file with name, arguments or mirror_axes");

        using V2StateDict weights = V2StateDict.Open(checkpoint ?? FirstCheckpoint(folder));
        V2Configuration configuration = plans.Configuration(path, weights.Configuration ?? ConfigurationOf(folder, plans));
        List<string> warnings = [.. dataset.Warnings];
        CheckLabelManager(path, plans);
        if (plans.Reader is { } reader && !TurningReaders.Contains(reader) && reader.Contains(Reorienting, StringComparison.Ordinal))
        {
            warnings.Add($"{path}: images were trained with as {reader} turns them, which is not known here; they are taken as they lie, so turn them alike first (nnunet reorient)");
        }

        PreviousStageContract? previous = configuration.PreviousStage is { } stage
            ? new PreviousStageContract { Labels = dataset.Labels.Foreground, Configuration = stage, IsOfCase = true, Resampling = V2Resampling.Rule($"{configuration.Where}.resampling_fn_seg_kwargs", configuration.SegmentationFunction, configuration.SegmentationArguments) }
            : null;
        ModelContract contract = new()
        {
            Preprocessing = RecipeOf(plans, configuration, dataset),
            Labels = dataset.Labels,
            Outputs = new OutputContract(dataset.Labels.HasRegions ? OutputActivation.Sigmoid : OutputActivation.Softmax, AveragedOutput.Logits),
            Tiles = new TileContract(configuration.PatchSize) { GaussianPeak = GaussianPeak },
            Network = new NetworkDescription { Name = "", Arguments = JsonSerializer.SerializeToElement(new JsonObject(), ProductJson.Options), MirrorAxes = MirrorAxesOf(weights, configuration), PreviousStage = previous is not null },
            PreviousStage = previous,
            BaseFeatures = UsualFeatures,
            MedianShape = MedianShapeOf(plans, configuration),
            ResultLayout = ModelContract.Version2Layout,
            ImageReader = plans.Reader,
        };
        return new StoredModel(WithNetwork(contract, configuration, weights, choice, warnings), weights.Trainer, warnings.ToValueArray())
        {
            PlansName = plans.PlansName,
            Configuration = configuration.Name,
            Licence = dataset.Licence,
            TellsDataset = true,
        };
    }

    private static ModelContract WithNetwork(ModelContract contract, V2Configuration configuration, V2StateDict weights, NetworkOverride choice, List<string> warnings)
    {
        // A plug-in's network is its own business.
        if (choice.NamesNetwork) return contract with { Network = choice.Override(contract.Network) };

        (string? className, JsonObject? arguments) = configuration.Network();
        V2Network found = V2Network.Of(configuration.Where, className, arguments, weights, contract.InputChannels, contract.Labels.Outputs, contract.Network.MirrorAxes);
        warnings.AddRange(found.Warnings);
        return contract with
        {
            Network = choice.Override(found.Description with { PreviousStage = contract.Network.PreviousStage }),
            BaseFeatures = V2NetworkArguments.Of(found.Description).Widths.First(),
        };
    }

    /// <summary>How a configuration's cases are preprocessed.</summary>
    /// <exception cref="DescribedException">It names what is not there.</exception>
    internal static PreprocessingRecipe RecipeOf(V2Plans plans, V2Configuration configuration, V2Dataset dataset)
    {
        if (configuration.Normalization.Count < dataset.Channels.Count)
        {
            throw new DescribedException(configuration.Where, $"normalization_schemes has {configuration.Normalization.Count} entries, but dataset.json names {dataset.Channels.Count} channels", "take the dataset.json and the plans.json that belong to the checkpoint");
        }

        if (configuration.Normalization.FirstOrDefault(static n => !Catalog<NormalizationScheme>.Contains(n)) is { } unknown)
        {
            throw new DescribedException(configuration.Where, $"the normalisation {unknown} is missing here", $"name the plug-in that has it; {Nearest.Remedy(unknown, Catalog<NormalizationScheme>.Names)}");
        }

        return new PreprocessingRecipe
        {
            Channels = [.. dataset.Channels.Select((name, c) => new ChannelRecipe
            {
                Name = name,
                Normalization = configuration.Normalization[c],
                UseMask = c < configuration.UseMask.Count && configuration.UseMask[c],
                Intensities = plans.IntensitiesOf(c),
            })],
            Steps = PreprocessingRecipe.NormalizeFirst,
            Orientation = TurningReaders.Contains(plans.Reader) ? Orientation.Ras : null,
            TransposeForward = plans.TransposeForward,

            // The number in the place of the slices' spacing is not looked at: they keep their own.
            Spacing = configuration.Is2D ? [1, .. configuration.Spacing] : configuration.Spacing,
            KeepsSliceSpacing = configuration.Is2D,
            Images = V2Resampling.Rule($"{configuration.Where}.resampling_fn_data_kwargs", configuration.DataFunction, configuration.DataArguments),
            Segmentations = V2Resampling.Rule($"{configuration.Where}.resampling_fn_seg_kwargs", configuration.SegmentationFunction, configuration.SegmentationArguments),
            Outputs = V2Resampling.Rule($"{configuration.Where}.resampling_fn_probabilities_kwargs", configuration.OutputFunction, configuration.OutputArguments),
            CoarseAxis = CoarseAxisRule.NetworkFirst,
        };
    }

    private static ValueArray<int> MirrorAxesOf(V2StateDict weights, V2Configuration configuration) =>
        weights.MirrorAxes.All(a => a < configuration.PatchSize.Count)
            ? weights.MirrorAxes
            : throw new DescribedException(weights.Path, $"its inference_allowed_mirroring_axes are {weights.MirrorAxes}, but the network has {configuration.PatchSize.Count} axes", "get the checkpoint again from where it came from");

    /// <summary>For estimates of time alone; without a word of the plans a case of one tile is taken.</summary>
    private static ValueArray<int> MedianShapeOf(V2Plans plans, V2Configuration configuration)
    {
        double[] median = [.. configuration.MedianSize];
        if (median.Length == 2) median = [plans.OriginalMedianShape.Count == 3 ? plans.OriginalMedianShape[0] : 1, .. median];
        if (median.Length != 3) median = configuration.Is2D ? [1, .. configuration.PatchSize.Select(static n => (double)n)] : [.. configuration.PatchSize.Select(static n => (double)n)];
        return [.. median.Select(static n => (int)Math.Round(Math.Clamp(double.IsFinite(n) ? n : 1, 1, 1 << 20)))];
    }

    private static void CheckLabelManager(string path, V2Plans plans)
    {
        if (plans.LabelManager is { } manager && manager != DefaultLabelManager)
        {
            throw new DescribedException(path, $"label_manager is {manager}, whose code is missing here", $"known is {DefaultLabelManager}; predict with the Python nnU-Net v2");
        }
    }

    /// <summary>The last part of TRAINER__PLANS__CONFIGURATION, or the only configuration that there is.</summary>
    private static string ConfigurationOf(string folder, V2Plans plans)
    {
        string[] parts = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)).Split("__");
        if (parts.Length >= 3 && plans.Names.Contains(parts[^1])) return parts[^1];
        return plans.Names is [string only]
            ? only
            : throw new DescribedException(folder, "neither the checkpoint nor the folder's name says which configuration it is", $"call the folder TRAINER__PLANS__CONFIGURATION, with one of the configurations {string.Join(", ", plans.Names)}");
    }

    /// <summary>The checkpoint that tells trainer, configuration and mirror axes where no fold is asked for: that of the first fold.</summary>
    private static string FirstCheckpoint(string folder)
    {
        IEnumerable<string> folds = VisibleFiles.FoldersIn(folder, ModelFolder.FoldPrefix + "*").OrderBy(static f => Number(f) ?? int.MaxValue).ThenBy(static f => f, StringComparer.Ordinal);
        foreach (string fold in folds)
        {
            string? found = Stems.Select(stem => Path.Combine(fold, stem + V2StateDict.Ending)).Concat(VisibleFiles.In(fold, "*" + V2StateDict.Ending)).FirstOrDefault(File.Exists);
            if (found is not null) return found;
        }

        throw new DescribedException(folder, $"no fold has a checkpoint ({FinalStem}{V2StateDict.Ending})", "get the whole model again from where it came from: it has folders fold_0, fold_1, … beside plans.json");
    }

    private static int? Number(string fold) => int.TryParse(Path.GetFileName(fold)[ModelFolder.FoldPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
