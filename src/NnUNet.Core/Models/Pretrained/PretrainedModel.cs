using NnUNet.Foundation;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>A model that the authors of nnU-Net trained and published.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Url">Where its zip archive is.</param>
/// <param name="Description">What it segments.</param>
/// <param name="Channels">The image channels in their order.</param>
/// <param name="Reference">Where the data set is described, and its terms of use.</param>
/// <param name="Licence">The data set's licence; null where the reference tells it.</param>
/// <param name="Note">What a user has to know besides; null for nothing.</param>
public sealed record PretrainedModel(string Name, Uri Url, string Description, ValueArray<string> Channels, string Reference, string? Licence = null, string? Note = null)
{
    private const string Decathlon = "http://medicaldecathlon.com/";
    private const string DecathlonLicence = "CC BY-SA 4.0";
    private const string CellTracking = "http://celltrackingchallenge.net/";
    private const string BordersNote = "The outputs are centres and borders of cells; an instance segmentation has to be made of them.";

    /// <summary>All of them, by the number of their task.</summary>
    /// <remarks>Source: nnunet/inference/pretrained_models/download_pretrained_model.py, get_available_models.</remarks>
    public static IReadOnlyList<PretrainedModel> All { get; } =
    [
        Of("Task001_BrainTumour", 4003545, "Brain tumours: oedema, enhancing and non-enhancing tumour", ["FLAIR", "T1", "T1 with contrast agent", "T2"], Decathlon, DecathlonLicence),
        Of("Task002_Heart", 4003545, "The left atrium of the heart", ["MRI"], Decathlon, DecathlonLicence),
        Of("Task003_Liver", 4003545, "The liver and its tumours", ["abdominal CT"], Decathlon, DecathlonLicence),
        Of("Task004_Hippocampus", 4003545, "The hippocampus: anterior and posterior part", ["MRI"], Decathlon, DecathlonLicence),
        Of("Task005_Prostate", 4485926, "The prostate: peripheral zone and transition zone", ["T2", "ADC"], Decathlon, DecathlonLicence),
        Of("Task006_Lung", 4003545, "Tumours in the lung", ["CT"], Decathlon, DecathlonLicence),
        Of("Task007_Pancreas", 4003545, "The pancreas and its tumours", ["abdominal CT"], Decathlon, DecathlonLicence),
        Of("Task008_HepaticVessel", 4003545, "The vessels and the tumours of the liver", ["abdominal CT"], Decathlon, DecathlonLicence),
        Of("Task009_Spleen", 4003545, "The spleen", ["abdominal CT"], Decathlon, DecathlonLicence),
        Of("Task010_Colon", 4003545, "Primary tumours of the colon", ["CT"], Decathlon, DecathlonLicence),
        Of("Task017_AbdominalOrganSegmentation", 4003545, "Thirteen organs of the abdomen (Beyond the Cranial Vault)", ["abdominal CT"], "https://www.synapse.org/#!Synapse:syn3193805/wiki/217754"),
        Of("Task024_Promise", 4003545, "The prostate (PROMISE12)", ["T2"], "https://promise12.grand-challenge.org/"),
        Of("Task027_ACDC", 4003545, "The heart: right ventricle, myocardium and cavity of the left ventricle (ACDC)", ["cine MRI"], "https://acdc.creatis.insa-lyon.fr/"),
        Of("Task029_LiTS", 4003545, "The liver and its tumours (LiTS)", ["abdominal CT"], "https://competitions.codalab.org/competitions/17094", "CC BY-NC-ND 4.0", file: "Task029_LITS"),
        Of("Task035_ISBILesionSegmentation", 4003545, "Lesions of multiple sclerosis (longitudinal challenge of ISBI)", ["FLAIR", "MPRAGE", "proton density", "T2"], "https://smart-stats-tools.org/lesion-challenge"),
        Of("Task038_CHAOS_Task_3_5_Variant2", 4003545, "Liver, spleen, left and right kidney (CHAOS, tasks 3 and 5)", ["T1 in phase, T1 out of phase or T2"], "https://chaos.grand-challenge.org/", note: "One channel, which may be any of the three sequences."),
        Of("Task048_KiTS_clean", 4003545, "The kidneys and their tumours (KiTS19)", ["abdominal CT"], "https://kits19.grand-challenge.org/", "CC BY-NC-SA 4.0"),
        Of("Task055_SegTHOR", 4003545, "Organs at risk in the chest: aorta, oesophagus, heart, trachea (SegTHOR)", ["CT"], "https://competitions.codalab.org/competitions/21145"),
        Of("Task061_CREMI", 4003545, "Synaptic clefts in nervous tissue (CREMI)", ["serial section transmission electron microscopy"], "https://cremi.org/"),
        Of("Task075_Fluo_C3DH_A549_ManAndSim", 4003545, "C3DH cells (cell tracking challenge: Fluo-C3DH-A549 and its simulated twin)", ["fluorescence microscopy"], CellTracking),
        Of("Task076_Fluo_N3DH_SIM", 4003545, "N3DH cells and their borders (cell tracking challenge: Fluo-N3DH-SIM)", ["fluorescence microscopy"], CellTracking, note: BordersNote),
        Of(
            "Task089_Fluo-N2DH-SIM_thickborder_time", 4003545, "Nuclei of N2DH cells and their borders (cell tracking challenge: Fluo-N2DH-SIM)",
            ["4 frames before", "3 frames before", "2 frames before", "1 frame before", "frame to segment"], CellTracking, note: "The channels are consecutive frames. " + BordersNote),
        Of("Task114_heart_MNMs", 4288464, "The heart in short-axis images: both ventricles and the myocardium (M&Ms 2020)", ["MRI"], "https://www.ub.edu/mnms/", note: "The labels' order is not that of Task027_ACDC."),
    ];

    /// <summary>A model by its task's name or number.</summary>
    /// <exception cref="DescribedException">There is no such model.</exception>
    public static PretrainedModel Find(string name) =>
        All.FirstOrDefault(m => m.Name == name || m.Name.StartsWith($"Task{name.PadLeft(3, '0')}_", StringComparison.Ordinal))
        ?? throw new DescribedException("pretrained models", $"there is no model called \"{name}\"", Nearest.Remedy(name, [.. All.Select(static m => m.Name)], "nnUNet_print_available_pretrained_models"));

    private static PretrainedModel Of(string name, int record, string description, ValueArray<string> channels, string reference, string? licence = null, string? note = null, string? file = null) =>
        new(name, new Uri($"https://zenodo.org/record/{record}/files/{file ?? name}.zip?download=1"), description, channels, reference, licence, note);
}
