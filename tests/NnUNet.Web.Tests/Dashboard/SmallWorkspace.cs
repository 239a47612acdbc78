using System.Globalization;
using System.Text.Json;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Logs;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Dashboard;

/// <summary>A workspace with files as the commands write them, without images.</summary>
internal sealed class SmallWorkspace : IDisposable
{
    public const string Task = "Task901_Small";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder of the results.</summary>
    public string Results => _folder["results"];

    /// <summary>The folder of the preprocessed task.</summary>
    public string Preprocessed => Path.Combine(_folder["preprocessed"], Task);

    /// <summary>The folder of what was compared and chosen.</summary>
    public string Ensembles => Path.Combine(Results, "nnUNet", "ensembles", Task);

    public void Dispose() => _folder.Dispose();

    /// <summary>Opens the page over it.</summary>
    public Task<RunningPage> OpenAsync() => RunningPage.StartAsync(RunningPage.Of(_folder));

    /// <summary>The identifier of a fold.</summary>
    public static string FoldId(string configuration = "3d_fullres", string trainer = "nnUNetTrainerV2", int fold = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"nnUNet/{configuration}/{Task}/{trainer}__nnUNetPlansv2.1/fold_{fold}");

    /// <summary>The folder of a fold, which is made.</summary>
    public string Fold(string configuration = "3d_fullres", string trainer = "nnUNetTrainerV2", int fold = 0) =>
        Directory.CreateDirectory(Path.Combine(Results, FoldId(configuration, trainer, fold))).FullName;

    /// <summary>Writes the description of the data set: an MRI with two structures.</summary>
    public void Describe()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder["raw"], "nnUNet_raw_data", Task)).FullName;
        File.WriteAllText(
            Path.Combine(folder, "dataset.json"),
            """{"name": "Small", "modality": {"0": "MRI"}, "labels": {"0": "background", "1": "organ", "2": "lesion"}, "training": [{"image": "./imagesTr/case_0.nii.gz", "label": "./labelsTr/case_0.nii.gz"}]}""");
    }

    /// <summary>Measures the data set: equal cases, but for what a test changes.</summary>
    public static DatasetFingerprint Fingerprint(int cases = 6, int[]? size = null, double[]? spacing = null, string channel = "MRI") => new()
    {
        NumCases = cases,
        AllSizes = Enumerable.Repeat((size ?? [40, 60, 60]).ToValueArray(), cases).ToValueArray(),
        AllSpacings = Enumerable.Repeat((spacing ?? [2.0, 1.0, 1.0]).ToValueArray(), cases).ToValueArray(),
        AllClasses = [1, 2],
        Modalities = new() { [0] = channel },
        SizeReductions = new(Enumerable.Range(0, cases).ToDictionary(static i => $"case_{i}", static _ => 1.0)),
    };

    /// <summary>Writes a fingerprint, and the plans that the default planners make of it.</summary>
    public void Plan(DatasetFingerprint fingerprint)
    {
        ProductJson.Write(Path.Combine(Preprocessed, DatasetFingerprint.FileName), fingerprint);
        foreach (ExperimentPlanner planner in (ExperimentPlanner[])[new Planner3DV21(), new Planner2DV21()]) PlanFile.Write(Path.Combine(Preprocessed, planner.PlansFileName), planner.CreatePlan(fingerprint));
        Folds.Write(Path.Combine(Preprocessed, Folds.FileName), Folds.Create(fingerprint.SizeReductions.Keys));
    }

    /// <summary>Begins a journal.</summary>
    public static TrainingJournal Begin(string fold, int epochs = 100)
    {
        TrainingJournal journal = new(fold);
        journal.Write("start", 0, 0, new { log = "training_log_1.txt", settings = new { epochs, iterations_per_epoch = 250, batch_size = 2, device = "cpu" } });
        return journal;
    }

    /// <summary>Adds an epoch.</summary>
    public static void Add(TrainingJournal journal, int epoch, double loss = 0.5, double lesion = 0.25) => journal.WriteEpoch("epoch", epoch, new EpochRecord
    {
        TrainingLoss = loss,
        ValidationLoss = loss + 0.1,
        Dice = 0.5,
        DicePerClass = [0.75, lesion],
        Rate = 0.01,
        Seconds = 60,
        WaitShare = 0.02,
    });

    /// <summary>Writes the scores of a fold's validation: each case's Dice of the two structures.</summary>
    public static void Validate(string fold, params (string Case, double? Organ, double? Lesion)[] cases)
    {
        var all = cases.Select(static c => new Dictionary<string, object>
        {
            ["1"] = Scores(c.Organ, 1000),
            ["2"] = Scores(c.Lesion, 10),
            ["reference"] = $"/elsewhere/gt/{c.Case}.nii.gz",
            ["test"] = $"/elsewhere/validation_raw/{c.Case}.nii.gz",
        });
        string folder = Directory.CreateDirectory(Path.Combine(fold, "validation_raw")).FullName;
        File.WriteAllText(Path.Combine(folder, "summary.json"), JsonSerializer.Serialize(new { author = "", results = new { all, mean = new { } } }));
    }

    private static Dictionary<string, double?> Scores(double? dice, double voxels) => new() { ["Dice"] = dice, ["Total Positives Reference"] = voxels, ["Hausdorff Distance 95"] = 3 };
}
