namespace NnUNet.Torch.Training;

/// <summary>Trainers of the original that there are not here, with the reason.</summary>
internal static class MissingTrainers
{
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["nnUNetTrainerV2_softDeepSupervision"] = "its loss (MyDSLoss4) was never published, so that the original refuses to train with it as well: train with nnUNetTrainerV2",
    };

    /// <summary>Why a trainer of the original is not here, and what to do; null for all other names.</summary>
    public static string? ReasonFor(string name) => Reasons.GetValueOrDefault(name);
}
