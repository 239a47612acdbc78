using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Losses;

namespace NnUNet.Torch.Training;

/// <summary>Which regions a training learns: those of the data set, or those that the trainer brings along.</summary>
/// <remarks>A trainer that brings regions along promises them by its name, so a data set that declares others is refused.</remarks>
internal static class TrainedRegions
{
    /// <summary>A plan with the regions that are trained, from which the network's outputs follow.</summary>
    /// <param name="plan">A plan of the preprocessed data.</param>
    /// <param name="where">The plan's file, for messages.</param>
    /// <param name="recipe">What the training is made of.</param>
    /// <param name="trainer">Its name.</param>
    /// <param name="preprocessedTask">The folder of the preprocessed task, whose <c>dataset.json</c> declares regions.</param>
    /// <exception cref="DescribedException">Data set and trainer contradict each other, or the trainer's labels are not there.</exception>
    public static Plan In(Plan plan, string where, TrainerRecipe recipe, string trainer, string preprocessedTask)
    {
        string description = Path.Combine(preprocessedTask, DatasetDescription.FileName);
        LabelRegions? declared = DatasetDescription.RegionsIn(preprocessedTask);
        if (declared is not null && recipe.Regions is { } brought && !declared.AreSameOutputsAs(brought))
        {
            throw new DescribedException(
                description, $"the data set declares the regions {declared}, but {trainer} learns {brought}", "train with another trainer, such as nnUNetTrainerV2, or declare the trainer's regions, or none");
        }

        // Of equal regions the data set's names count.
        if ((declared ?? recipe.Regions) is not { } regions)
        {
            return plan.Regions.Count == 0 && plan.RegionsClassOrder.Count == 0
                ? plan
                : throw new DescribedException(where, "the plan has regions, but dataset.json declares none", $"declare them in {description}: plans of preprocessed data have none");
        }

        string[] faults = [.. regions.Faults(plan.AllClasses)];
        return faults.Length == 0
            ? plan with { Regions = regions.Regions, RegionsClassOrder = regions.ClassOrder }
            : throw new DescribedException(where, $"{trainer} learns the regions {regions}, but the plan's labels are {plan.AllClasses}: {string.Join("; ", faults)}", "choose another trainer, or label the data set as these regions need it and plan again");
    }

    /// <summary>The name of the loss that trains what a plan's outputs are.</summary>
    /// <exception cref="DescribedException">The recipe has none.</exception>
    public static string LossOf(Plan plan, TrainerRecipe recipe)
    {
        if (plan.Regions.Count == 0)
        {
            return Catalog<SegmentationLoss>.Create(recipe.Loss) is RegionLoss
                ? throw new DescribedException($"loss {recipe.Loss}", "it trains regions that may overlap, but the data set declares none", "declare regions in dataset.json, or choose another trainer")
                : recipe.Loss;
        }

        string name = recipe.RegionLoss ?? throw new DescribedException(
            $"loss {recipe.Loss}", $"it knows classes only, but the data set declares the regions {string.Join(", ", plan.Regions)}", "choose a trainer whose loss is Dice, cross-entropy or both, such as nnUNetTrainerV2, or one that names another loss for regions");
        return Catalog<SegmentationLoss>.Create(name) is RegionLoss
            ? name
            : throw new DescribedException($"loss {name}", "it is named for regions, but is no RegionLoss", "name one that is");
    }
}
