using NnUNet.Core.Cases;
using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.DicomResults;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.Segmentations;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Web.Service.Jobs;

/// <summary>The image of a job, whose segmentation goes into its folder, as <c>nnUNet_predict</c> would write it.</summary>
/// <param name="job">The job.</param>
/// <param name="model">The model's folder.</param>
/// <param name="contract">The model's contract.</param>
/// <param name="options">How it is predicted.</param>
internal sealed class JobCase(Job job, ModelFolder model, ModelContract contract, PredictOptions options)
    : FileCase(contract, ImageOf(job), options, job.Look().Record.Options.Probabilities)
{
    /// <summary>What the case is called.</summary>
    public const string Name = "image";

    private readonly ModelContract _contract = contract;
    private readonly PredictOptions _options = options;

    /// <summary>The result, once it is there.</summary>
    public JobResult? Result { get; private set; }

    /// <summary>The image's voxel count, for the log; 0 until it was looked at.</summary>
    public long Voxels { get; private set; }

    /// <summary>The files of a job's image.</summary>
    public static InputCase ImageOf(Job job)
    {
        JobRecord record = job.Look().Record;
        return new InputCase(Name, record.Channels.Select(c => Path.Combine(job.InputFolder, c)).ToValueArray(), Fault: null, record.PreviousStage is { } stage ? Path.Combine(job.InputFolder, stage) : null);
    }

    /// <inheritdoc/>
    public override void Finish(CasePrediction prediction, CaseProperties properties, IProgress<double>? progress, CancellationToken cancel)
    {
        JobRecord record = job.Look().Record;
        Volume<short> segmentation = CaseExport.Run(_contract, prediction, properties, _options.Mode, progress, cancel);
        if (record.Options.Postprocessing) _contract.Postprocessing?.Apply(segmentation);
        Voxels = segmentation.Extent.Count;
        JobFolders.Make(job.ResultFolder);
        if (record.Options.Probabilities) ResultLayout.Of(_contract).WriteProbabilities(Path.Combine(job.ResultFolder, Name + ProbabilityFile.Ending), prediction.Maps, properties, _contract, cancel);
        ImageLocation image = ImageLocation.Of(Where)!;
        string ending = record.Options.Format ?? ResultEnding.Of(asked: null, DatasetDescription.FileEndingIn(model.Path), image.Ending);
        string file = Write(ending, segmentation, properties.Image);
        if (SegmentationFormat.IsDicom(image)) WriteDicom(segmentation);
        Result = new JobResult(file, segmentation.Geometry, LabelsOf(segmentation).ToValueArray());
    }

    /// <summary>The volumes of the labels that a model's segmentations have.</summary>
    internal IEnumerable<LabelVolume> LabelsOf(Volume<short> segmentation)
    {
        long[] counts = new long[short.MaxValue + 1];
        foreach (short label in segmentation.Voxels.AsSpan()) counts[Math.Max((short)0, label)]++;
        Spacing spacing = segmentation.Geometry.Spacing;
        double millilitres = segmentation.Geometry.Dimensions == 2 ? double.NaN : spacing.Z * spacing.Y * spacing.X / 1000;
        foreach (int label in _contract.Labels.Segmented.Where(static l => l > 0))
            yield return new LabelVolume(label, _contract.Labels.NameOf(label) ?? "", counts[label], counts[label] * millilitres);
    }

    private string Write(string ending, Volume<short> segmentation, ImageLocation? reference)
    {
        string path = Path.Combine(job.ResultFolder, Name + ending);
        ImageFile.WriteSegmentation(path, segmentation, _contract.Labels.NamesByLabel(), reference);
        if (ImageLocation.FilesOf(path).Count == 1) return Path.GetFileName(path);

        // An answer is one file.
        ImageLocation.Of(path)!.Delete();
        return Write(ResultEnding.Default, segmentation, reference);
    }

    /// <summary>Writes what viewers of DICOM take, as far as the series allows it.</summary>
    private void WriteDicom(Volume<short> segmentation)
    {
        foreach (bool isSegmentation in (bool[])[true, false])
        {
            try
            {
                DicomCompanions.Write(job.ResultFolder, Name, segmentation, Where, _contract.Labels.SegmentsByValue(), isSegmentation, !isSegmentation);
            }
            catch (DescribedException)
            {
                // A series without what such files refer to has none of them; its segmentation is there all the same.
            }
        }
    }
}
