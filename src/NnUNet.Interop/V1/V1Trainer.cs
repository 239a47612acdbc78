using System.Text.RegularExpressions;
using NnUNet.Core.Datasets;

namespace NnUNet.Interop.V1;

/// <summary>What a trainer of the original decides about its network and is seen neither in the plan nor in the weights.</summary>
/// <remarks>
/// Names, shapes and biases of the weights tell the rest: channels, classes, feature maps, kernels, strides, convolutions of a
/// resolution, residual blocks, batch norm or none. Source: nnunet/training/network_training, initialize_network of each class.
/// </remarks>
public sealed partial record V1Trainer
{
    /// <summary>The normalisation, where the weights are those of a norm with scale and shift: InstanceNorm, GroupNorm or FRN.</summary>
    /// <value>InstanceNorm.</value>
    public string Norm { get; init; } = "InstanceNorm";

    /// <summary>The nonlinearity: LeakyReLU, ReLU, GeLU, Mish or Identity.</summary>
    /// <value>LeakyReLU.</value>
    public string Nonlinearity { get; init; } = "LeakyReLU";

    /// <summary>LeakyReLU's slope for negative values.</summary>
    /// <value>0.01.</value>
    public double NegativeSlope { get; init; } = 1e-2;

    /// <summary>Whether the nonlinearity comes before the norm.</summary>
    /// <value>False.</value>
    public bool NonlinearityFirst { get; init; }

    /// <summary>Whether the training mirrored, along every axis.</summary>
    /// <value>True.</value>
    public bool Mirrors { get; init; } = true;

    /// <summary>The regions that the outputs are, and the labels with which they are painted.</summary>
    /// <value>Null: the outputs are the background and the classes.</value>
    public LabelRegions? Regions { get; init; }

    /// <summary>The trainer of the low resolution, where it is one of the cascade's second stage.</summary>
    /// <value>nnUNetTrainerV2.</value>
    public string PreviousTrainer { get; init; } = "nnUNetTrainerV2";

    private static readonly V1Trainer Standard = new();

    private static readonly V1Trainer BraTS = new() { Regions = LabelRegions.BraTS };

    private static readonly Dictionary<string, V1Trainer> Special = new(StringComparer.Ordinal)
    {
        ["nnUNetTrainerV2_GN"] = new() { Norm = "GroupNorm" },
        ["nnUNetTrainerV2_FRN"] = new() { Norm = "FRN", Nonlinearity = "Identity" },
        ["nnUNetTrainerV2_GeLU"] = new() { Nonlinearity = "GeLU" },
        ["nnUNetTrainerV2_Mish"] = new() { Nonlinearity = "Mish" },
        ["nnUNetTrainerV2_ReLU"] = new() { Nonlinearity = "ReLU" },
        ["nnUNetTrainerV2_ReLU_biasInSegOutput"] = new() { Nonlinearity = "ReLU" },
        ["nnUNetTrainerV2_ReLU_convReLUIN"] = new() { Nonlinearity = "ReLU", NonlinearityFirst = true },
        ["nnUNetTrainerV2_lReLU_convReLUIN"] = new() { NonlinearityFirst = true },
        ["nnUNetTrainerV2_LReLU_slope_2en1"] = new() { NegativeSlope = 2e-1 },
        ["nnUNetTrainerV2_noMirroring"] = new() { Mirrors = false },
        ["nnUNetTrainerV2_noDataAugmentation"] = new() { Mirrors = false },
        ["nnUNetTrainerNoDA"] = new() { Mirrors = false },
        ["nnUNetTrainerCascadeFullRes"] = new() { PreviousTrainer = "nnUNetTrainer" },
        ["nnUNetTrainerV2BraTSRegions"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_Dice"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_DDP"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_DA3"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_DA3_BD"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_DA3_BN"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_DA3_BN_BD"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_DA4_BN"] = BraTS,
        ["nnUNetTrainerV2BraTSRegions_DA4_BN_BD"] = BraTS,
    };

    // What makes these different is the training, or is seen in the plan and the weights.
    private static readonly HashSet<string> Plain =
    [
        "nnUNetTrainer", "nnUNetTrainerCE", "nnUNetTrainerV2", "nnUNetTrainerV2_2epochs",
        "nnUNetTrainerV2_3ConvPerStage", "nnUNetTrainerV2_3ConvPerStageSameFilters", "nnUNetTrainerV2_5epochs",
        "nnUNetTrainerV2_5epochs_CEnoDS", "nnUNetTrainerV2_5epochs_dummyLoad", "nnUNetTrainerV2_5epochs_dummyLoadCEnoDS",
        "nnUNetTrainerV2_5epochs_noDS", "nnUNetTrainerV2_Adam", "nnUNetTrainerV2_Adam_ReduceOnPlateau",
        "nnUNetTrainerV2_Adam_nnUNetTrainerlr", "nnUNetTrainerV2_BN", "nnUNetTrainerV2_DA2", "nnUNetTrainerV2_DA3", "nnUNetTrainerV2_DA3_BN",
        "nnUNetTrainerV2_DDP", "nnUNetTrainerV2_DDP_5epochs", "nnUNetTrainerV2_DDP_5epochs_dummyLoad", "nnUNetTrainerV2_DP",
        "nnUNetTrainerV2_ForceBD", "nnUNetTrainerV2_ForceSD", "nnUNetTrainerV2_Loss_CE", "nnUNetTrainerV2_Loss_CEGDL",
        "nnUNetTrainerV2_Loss_Dice", "nnUNetTrainerV2_Loss_DiceTopK10", "nnUNetTrainerV2_Loss_Dice_LR1en3",
        "nnUNetTrainerV2_Loss_Dice_squared", "nnUNetTrainerV2_Loss_DicewithBG", "nnUNetTrainerV2_Loss_DicewithBG_LR1en3",
        "nnUNetTrainerV2_Loss_MCC", "nnUNetTrainerV2_Loss_MCCnoBG", "nnUNetTrainerV2_Loss_TopK10", "nnUNetTrainerV2_MMS",
        "nnUNetTrainerV2_NoNormalization", "nnUNetTrainerV2_NoNormalization_lr1en3", "nnUNetTrainerV2_Ranger_lr1en2",
        "nnUNetTrainerV2_Ranger_lr3en3", "nnUNetTrainerV2_Ranger_lr3en4", "nnUNetTrainerV2_ResencUNet",
        "nnUNetTrainerV2_SGD_ReduceOnPlateau", "nnUNetTrainerV2_SGD_fixedSchedule", "nnUNetTrainerV2_SGD_fixedSchedule2",
        "nnUNetTrainerV2_SGD_lr1en1", "nnUNetTrainerV2_SGD_lr1en3", "nnUNetTrainerV2_allConv3x3", "nnUNetTrainerV2_cycleAtEnd",
        "nnUNetTrainerV2_cycleAtEnd2", "nnUNetTrainerV2_ep250", "nnUNetTrainerV2_ep500", "nnUNetTrainerV2_focalLoss", "nnUNetTrainerV2_fp16",
        "nnUNetTrainerV2_fp32", "nnUNetTrainerV2_fullEvals", "nnUNetTrainerV2_graduallyTransitionFromCEToDice",
        "nnUNetTrainerV2_independentScalePerAxis", "nnUNetTrainerV2_insaneDA", "nnUNetTrainerV2_lReLU_biasInSegOutput",
        "nnUNetTrainerV2_momentum09", "nnUNetTrainerV2_momentum095", "nnUNetTrainerV2_momentum098", "nnUNetTrainerV2_momentum09in2D",
        "nnUNetTrainerV2_noDeepSupervision", "nnUNetTrainerV2_reduceMomentumDuringTraining", "nnUNetTrainerV2_resample33",
        "nnUNetTrainerV2_softDeepSupervision", "nnUNetTrainerV2_warmup", "nnUNetTrainerV2BraTSRegions_BN", "nnUNetTrainerV2CascadeFullRes",
        "nnUNetTrainerV2CascadeFullRes_EducatedGuess", "nnUNetTrainerV2CascadeFullRes_EducatedGuess2",
        "nnUNetTrainerV2CascadeFullRes_EducatedGuess3", "nnUNetTrainerV2CascadeFullRes_lowerLR", "nnUNetTrainerV2CascadeFullRes_noConnComp",
        "nnUNetTrainerV2CascadeFullRes_shorter", "nnUNetTrainerV2CascadeFullRes_shorter_lowerLR", "nnUNetTrainerV2CascadeFullRes_smallerBinStrel",
    ];

    /// <summary>The names of the original's trainers, without its numbered copies.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. Plain.Concat(Special.Keys).Order(StringComparer.Ordinal)];

    /// <summary>What is known of a trainer of the original; null for a name that it does not have.</summary>
    /// <param name="name">The class's name; the original's numbered copies (<c>_copy1</c> …) are the same as what they copy.</param>
    public static V1Trainer? Find(string name)
    {
        name = Copy().Replace(name, "");
        return Special.TryGetValue(name, out V1Trainer? special) ? special : Plain.Contains(name) ? Standard : null;
    }

    /// <summary>What is likely of a trainer that the original does not have: the defaults, without mirroring where its name says so.</summary>
    public static V1Trainer Guess(string name) => name.Contains("nomirror", StringComparison.OrdinalIgnoreCase) ? Standard with { Mirrors = false } : Standard;

    [GeneratedRegex("_copy[1-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex Copy();
}
