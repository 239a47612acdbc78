using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The standard trainer but for mirroring, which makes a validation in 3D eight times as long.</summary>
[CatalogName(Name)]
public sealed class ToyTrainer : TrainerRecipe
{
    public const string Name = "toyTrainer";

    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => AugmentationSettings.ForPlan(plan) with { MirrorAxes = [] };
}

/// <summary>The toy's trainer with so few feature maps that it learns something within seconds.</summary>
[CatalogName(Name)]
public sealed class SmallToyTrainer : TrainerRecipe
{
    public const string Name = "toyTrainerSmall";

    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => AugmentationSettings.ForPlan(plan) with { MirrorAxes = [] };

    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.Change(network, static a => a with { BaseFeatures = 8, MaxFeatures = 32 });
}

/// <summary>The cascade's trainer but for mirroring.</summary>
[CatalogName(Name)]
public sealed class ToyCascadeTrainer : TrainerRecipe
{
    public const string Name = "toyTrainerCascadeFullRes";

    public override bool UsesPreviousStage => true;

    public override string PreviousTrainer => ToyTrainer.Name;

    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => AugmentationSettings.ForPlan(plan) with { MirrorAxes = [] };
}
