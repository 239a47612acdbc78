using NnUNet.Core.Cases;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Workflows.Prediction;

/// <summary>The low resolution's segmentations of the cases of an input folder, by their names.</summary>
internal sealed class PreviousStageFiles
{
    private readonly ImageFolder? _folder;

    /// <summary>The files of a folder.</summary>
    /// <param name="model">The model that predicts.</param>
    /// <param name="folder">The folder; null where there is none.</param>
    /// <exception cref="DescribedException">The model needs such a folder and has none, or the other way round, or it does not exist.</exception>
    public PreviousStageFiles(ModelFolder model, string? folder)
    {
        _folder = folder is null ? null : ImageFolder.Of(folder);
        if (model.Contract.PreviousStage is not null && folder is null)
        {
            throw new DescribedException(
                model.Path,
                "this model is the second stage of a cascade, so it needs the low resolution's segmentations",
                "name their folder (-l), or predict with -t TASK -m 3d_cascade_fullres, which makes them first; for nnUNetv2_predict, name it with -prev_stage_predictions, or put the model of "
                + $"{model.Contract.PreviousStage.Configuration} beside this one");
        }

        if (folder is null) return;
        if (model.Contract.PreviousStage is null)
        {
            throw new DescribedException(model.Path, $"low-resolution segmentations are given ({folder}), but this model is no second stage of a cascade", "leave out -l (-prev_stage_predictions), or predict with a model of the cascade's second stage (3d_cascade_fullres)");
        }

        if (!Directory.Exists(folder)) throw new DescribedException(folder, "there is no such folder of low-resolution segmentations", "check the path (-l, -prev_stage_predictions), or leave it out");
    }

    /// <summary>The case with its segmentation, or with the fault that there is none.</summary>
    public InputCase Complete(InputCase one)
    {
        if (_folder is null || one.Fault is not null) return one;

        return _folder.All(one.CaseId) switch
        {
            [] => one with { Fault = $"there is no low-resolution segmentation of {one.CaseId} in {_folder.Path}" },
            [ImageLocation image] => one with { PreviousStage = image.Path },
            IReadOnlyList<ImageLocation> several => one with { Fault = $"{string.Join(" and ", several.Select(static i => i.FileName))} in {_folder.Path} are the same case in two formats" },
        };
    }
}
