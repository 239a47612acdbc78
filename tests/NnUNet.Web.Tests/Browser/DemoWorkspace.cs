using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Logs;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Browser;

/// <summary>A workspace as <c>nnunet demo</c> makes one, with predictions that are off by some slices, and a training that is under way.</summary>
internal sealed class DemoWorkspace : IDisposable
{
    public const string Task = "Task900_Demo";
    public const string Case = "synthetic_001";
    public const string OtherCase = "synthetic_002";
    public const string Predictions = $"nnUNet/3d_fullres/{Task}/nnUNetTrainerV2__nnUNetPlansv2.1/fold_0/validation_raw";

    /// <summary>The epochs of the training.</summary>
    public const int Epochs = 12;

    private const int Begun = 3;
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingJournal _journal;
    private readonly FileLock _lock;
    private int _done;

    public DemoWorkspace()
    {
        SyntheticDataset.Write(RawTask, new SyntheticDatasetOptions { TrainingCases = 3, TestCases = 1, Edge = 32 });
        string predictions = Path.Combine(_folder["results"], Predictions), references = Path.Combine(RawTask, DatasetFolder.TrainingLabels);
        foreach ((string caseId, int shift) in ((string, int)[])[(Case, 3), (OtherCase, 1)])
        {
            ImageFile.WriteLabels(Path.Combine(predictions, caseId + ".nii.gz"), Shifted(ImageFile.ReadLabels(Path.Combine(references, caseId + ".nii.gz")), shift));
        }

        FolderEvaluator.Evaluate(references, predictions, [1, 2]).Write(Path.Combine(predictions, SegmentationSummary.FileName));
        Directory.CreateDirectory(_folder["preprocessed"]);
        _lock = FoldLock.Take(Fold);
        _journal = new TrainingJournal(Fold);
        _journal.Write("start", 0, 0, new { settings = new { trainer = "nnUNetTrainerV2", configuration = "3d_fullres", task = Task, fold = "0", epochs = Epochs, iterations_per_epoch = 25, batch_size = 2, patch_size = (int[])[40, 40, 48], device = "cpu", precision = "float32" } });
        for (int i = 0; i < Begun; i++) EndEpoch();
    }

    /// <summary>The training's next epoch is over, as its journal tells it.</summary>
    public void EndEpoch()
    {
        double share = (double)_done / Epochs;
        _journal.WriteEpoch("epoch", _done, new
        {
            train_loss = 0.3 - share,
            validation_loss = 0.2 - share,
            evaluation_metric = 0.5 + (share / 3),
            dice_per_class = (double[])[0.55 + (share / 3), 0.45 + (share / 3)],
            skipped_steps = 0,
            lr = 0.01 * Math.Pow(1 - share, 0.9),
            seconds = 12.5 + share,
            wait_for_data = 0.01,
        });
        _done++;
    }

    /// <summary>The raw task's folder.</summary>
    public string RawTask => Path.Combine(_folder["raw"], "nnUNet_raw_data", Task);

    /// <summary>The folder of results.</summary>
    public string Results => _folder["results"];

    /// <summary>The fold that is trained.</summary>
    public string Fold => Path.GetDirectoryName(Path.Combine(_folder["results"], Predictions))!;

    /// <summary>What the page is told.</summary>
    public DashboardSettings Settings => new() { Raw = _folder["raw"], Preprocessed = _folder["preprocessed"], Results = _folder["results"] };

    /// <summary>Every file with its size and time of change.</summary>
    public IReadOnlyList<string> Listing() =>
    [
        .. new DirectoryInfo(_folder.Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(static f => f.FullName, StringComparer.Ordinal)
            .Select(static f => string.Create(CultureInfo.InvariantCulture, $"{f.FullName} {(f as FileInfo)?.Length} {f.LastWriteTimeUtc.Ticks}")),
    ];

    public void Dispose()
    {
        _journal.Dispose();
        _lock.Dispose();
        _folder.Dispose();
    }

    /// <summary>The labels moved towards the head, so that there is something missed and something added.</summary>
    private static Volume<short> Shifted(Volume<short> labels, int shift)
    {
        Volume<short> shifted = new(labels.Extent, labels.Geometry);
        for (int z = shift; z < labels.Extent.Z; z++)
        {
            for (int y = 0; y < labels.Extent.Y; y++) labels.Row(z - shift, y).CopyTo(shifted.Row(z, y));
        }

        return shifted;
    }
}
