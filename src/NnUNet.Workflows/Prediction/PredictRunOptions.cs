using NnUNet.Core.Cases;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>How a folder is predicted.</summary>
public sealed record PredictRunOptions
{
    /// <summary>How each case is predicted.</summary>
    /// <value>The defaults.</value>
    public PredictOptions Predict { get; init; } = new();

    /// <summary>Whether the probabilities are written beside the segmentations, for ensembles.</summary>
    /// <value>False.</value>
    public bool SaveProbabilities { get; init; }

    /// <summary>Whether a DICOM SEG of each case is written into a folder within the output folder. The cases are DICOM series then.</summary>
    /// <value>False.</value>
    public bool DicomSegmentation { get; init; }

    /// <summary>Whether the probabilities of each case are written as a DICOM SEG of fractions into a folder within the output folder. The cases are DICOM series then.</summary>
    /// <value>False.</value>
    public bool DicomFractions { get; init; }

    /// <summary>Whether a DICOM RTSTRUCT of each case is written into a folder within the output folder. The cases are DICOM series then.</summary>
    /// <value>False.</value>
    public bool StructureSet { get; init; }

    /// <summary>Whether PET of DICOM is read as SUV by body weight (g/ml), instead of its stored unit (Bq/ml).</summary>
    /// <value>False.</value>
    public bool StandardUptake { get; init; }

    /// <summary>Whether cases are predicted again whose output exists.</summary>
    /// <value>False: a repeated call predicts what is missing or does not fit any more.</value>
    public bool Overwrite { get; init; }

    /// <summary>Whether images, models and results are compared with their records by content, even where sizes and times of change are the same.</summary>
    /// <value>False.</value>
    public bool Recheck { get; init; }

    /// <summary>The ending of the segmentations, which chooses their format.</summary>
    /// <value>
    /// Null: that of the segmentations that the output folder has already, or else that of the data set (<c>file_ending</c> of a
    /// <c>dataset.json</c> in the model's folder), or else that of the images; <c>.nii.gz</c> where that format is only read.
    /// </value>
    public string? Ending { get; init; }

    /// <summary>The folder of the low resolution's segmentations (CASE.nii.gz), which the second stage of a cascade needs.</summary>
    /// <value>Null: the model is no second stage.</value>
    public string? PreviousStageFolder { get; init; }

    /// <summary>Which part of the cases this run predicts: every <see cref="Parts"/>th one from this on, counted from 0.</summary>
    /// <value>0.</value>
    public int Part { get; init; }

    /// <summary>Into how many parts the cases are divided, one a run.</summary>
    /// <value>1.</value>
    public int Parts { get; init; } = 1;

    /// <summary>Cases that are read and preprocessed at the same time.</summary>
    /// <value>1. Each holds an image in memory.</value>
    public int PreprocessingThreads { get; init; } = 1;

    /// <summary>Cases that are exported at the same time.</summary>
    /// <value>1. Each holds an image's probabilities in memory.</value>
    public int ExportThreads { get; init; } = 1;

    /// <summary>Predicts the cases on several devices, in other processes.</summary>
    /// <value>Null: this process predicts, on the device of <see cref="Predict"/>.</value>
    internal DevicePredictions? Devices { get; init; }

    /// <summary>Whether files of DICOM are written of each case.</summary>
    internal bool HasDicomResults => DicomSegmentation || DicomFractions || StructureSet;

    /// <summary>What is wrong with the options, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in Predict.Faults()) yield return fault;
        if (SaveProbabilities && Predict.Mode != PredictMode.Normal) yield return $"probabilities are asked for, but the mode {Predict.Mode} does not resample them: only Normal does";
        if (DicomFractions && Predict.Mode != PredictMode.Normal) yield return $"fractions are asked for, but the mode {Predict.Mode} does not resample the probabilities: only Normal does";
        if (Parts < 1) yield return $"the number of parts is {Parts}, but must be at least 1";
        if (Part < 0 || Part >= Math.Max(1, Parts)) yield return $"the part is {Part}, but must be from 0 to {Math.Max(1, Parts) - 1}";
        if (Ending is not null && ResultEnding.Fault(Ending) is { } ending) yield return ending;
        if (PreprocessingThreads < 1) yield return $"the preprocessing threads are {PreprocessingThreads}, but must be at least 1";
        if (ExportThreads < 1) yield return $"the export threads are {ExportThreads}, but must be at least 1";
    }
}
