namespace NnUNet.Torch.Training;

/// <summary>Trainers of the original that there are not here, with the reason.</summary>
internal static class MissingTrainers
{
    private const string SeveralDevices =
        "it trains one network on several devices at a time, which is not built: train each fold on a device of its own, with the trainer that it is called after";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["nnUNetTrainerV2_softDeepSupervision"] = "its loss (MyDSLoss4) was never published, so that the original refuses to train with it as well: train with nnUNetTrainerV2",
        ["nnUNetTrainerV2_DP"] = SeveralDevices,
        ["nnUNetTrainerV2_DDP"] = SeveralDevices,
        ["nnUNetTrainerV2_DDP_5epochs"] = SeveralDevices,
        ["nnUNetTrainerV2_DDP_5epochs_dummyLoad"] = SeveralDevices,
    };

    /// <summary>Why a trainer of the original is not here, and what to do; null for all other names.</summary>
    public static string? ReasonFor(string name) => Reasons.GetValueOrDefault(name);
}
