using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Core.Export;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>How a run makes its results: the model, known by the content of its files wherever it lies, and the options that decide.</summary>
/// <remarks>The device is left out, so that several machines can share a folder; so are memory, threads and the files' ending.</remarks>
internal sealed class PredictionOrigins
{
    /// <summary>The command that makes such results.</summary>
    public const string MadeBy = "nnUNet_predict";

    private readonly bool _recheck;
    private readonly ResultOrigin _way;

    /// <summary>Looks at a model's files; their contents are read when they are needed.</summary>
    public PredictionOrigins(ChosenModel model, PredictRunOptions options)
    {
        PredictOptions predict = options.Predict;
        _recheck = options.Recheck;
        string[] network = predict.Network is { } given && File.Exists(given) ? [given] : [];
        Descriptions = new(StringComparer.Ordinal)
        {
            [Plan.ModelFileName] = model.Folder.PlanContent(),
            [PostprocessingDecision.FileName] = ModelPostprocessing.ContentIn(model.Folder.Path),
        };
        foreach (string name in ResultLayout.Of(model.Contract).Descriptions)
        {
            string file = Path.Combine(model.Folder.Path, name);
            if (File.Exists(file)) Descriptions[name] = InputFile.ReadBytes(file);
        }

        _way = new ResultOrigin
        {
            MadeBy = MadeBy,
            Model = [.. model.Folder.FilesOf(model.Folds, predict.Checkpoint).Concat(network).Select(file => new KnownFile(file, recheck: _recheck))],
            Options = new(StringComparer.Ordinal)
            {
                ["folds"] = string.Join(' ', model.Folds.Order(StringComparer.Ordinal)),
                ["gaussian"] = Text(predict.Gaussian),
                ["mirroring"] = Text(predict.Mirror),
                ["mode"] = predict.Mode.ToString().ToLowerInvariant(),
                ["network"] = network.Length > 0 ? "of a file" : predict.Network ?? "of the model",
                ["precision"] = predict.Precision?.ToString().ToLowerInvariant() ?? "the fastest",
                ["step_size"] = predict.TileStep.ToString(CultureInfo.InvariantCulture),
            },
            Postprocessing = ModelPostprocessing.TextOf(model.Contract.Postprocessing),
            DescribedBy = FolderDescriptions.HashesOf(Descriptions),
        };
        if (options.StandardUptake) _way.Options["pet"] = "suv"; // said only where it is so: records of other programs' versions do not have it
    }

    /// <summary>The content of each file that describes such results in their folder; null where there is to be none.</summary>
    public SortedDictionary<string, byte[]?> Descriptions { get; }

    /// <summary>How a case's result is made, by its files as they are now.</summary>
    public ResultOrigin Of(InputCase one) => _way with
    {
        Image = ResultOrigin.FilesOf(one.Channels, _recheck),
        MadeFrom = one.Fault is not null ? null : one.PreviousStage is null ? [] : ResultOrigin.FilesOf([one.PreviousStage], _recheck),
    };

    /// <summary>Whether what a file of the folder says is true of a result that was made so.</summary>
    public bool AreDescribedBy(string fileName, ResultRecord made) =>
        fileName == PostprocessingDecision.FileName ? made.Postprocessing == _way.Postprocessing : made.DescribedBy.GetValueOrDefault(fileName) == _way.DescribedBy.GetValueOrDefault(fileName);

    private static string Text(bool value) => value ? "yes" : "no";
}
