using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Foundation;

namespace NnUNet.Core.Export;

/// <summary>What lies in a folder of results beside the segmentations, as the program has it that the model comes from: its probabilities, and what it reads them by.</summary>
/// <remarks>
/// The point of extension for results: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor. A model
/// names its layout in its contract (<see cref="ModelContract.ResultLayout"/>).
/// </remarks>
public abstract class ResultLayout
{
    /// <summary>The layout of a model's results.</summary>
    /// <exception cref="CatalogException">There is none of that name.</exception>
    public static ResultLayout Of(ModelContract contract) => Catalog<ResultLayout>.Create(contract.ResultLayout);

    /// <summary>The array's name in the file of a case's probabilities, <c>CASE.npz</c>.</summary>
    public abstract string Key { get; }

    /// <summary>Bytes of a probability of one output while it is written.</summary>
    public abstract int BytesOfProbability { get; }

    /// <summary>Files of the model's folder that describe its results beside <c>plans.json</c>; those that there are go into the folder of the results.</summary>
    public virtual IReadOnlyList<string> Descriptions => [];

    /// <summary>The file that tells how the last prediction into the folder was asked for; null for none.</summary>
    public virtual string? ArgumentsFile => null;

    /// <summary>Whether a prediction removes what the model's postprocessing says; otherwise that is a step of its own.</summary>
    public virtual bool IsPostprocessed => true;

    /// <summary>Writes a case's probabilities, with all that is needed to make a segmentation of them.</summary>
    /// <param name="path">The path of the npz file; what belongs to it goes beside it.</param>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes: probabilities, or logits that become probabilities here.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="contract">The model's contract.</param>
    /// <param name="cancel">Stops within an output.</param>
    /// <exception cref="DescribedException">The properties contradict each other, or a value is not finite.</exception>
    public abstract void WriteProbabilities(string path, ProbabilityMaps probabilities, CaseProperties properties, ModelContract contract, CancellationToken cancel = default);
}

/// <summary>As nnU-Net v1 has it: float16 of the cropped image (<see cref="ProbabilityFile"/>).</summary>
[CatalogName(ModelContract.Version1Layout)]
internal sealed class Version1ResultLayout : ResultLayout
{
    /// <inheritdoc/>
    public override string Key => ProbabilityFile.Key;

    /// <inheritdoc/>
    public override int BytesOfProbability => 2;

    /// <inheritdoc/>
    public override void WriteProbabilities(string path, ProbabilityMaps probabilities, CaseProperties properties, ModelContract contract, CancellationToken cancel = default) =>
        ProbabilityFile.Write(path, probabilities, properties, contract, cancel: cancel);
}

/// <summary>As nnU-Net v2 has it: float32 of the whole image (<see cref="V2ProbabilityFile"/>), the data set's description, and the call's arguments.</summary>
[CatalogName(ModelContract.Version2Layout)]
internal sealed class Version2ResultLayout : ResultLayout
{
    /// <inheritdoc/>
    public override string Key => V2ProbabilityFile.Key;

    /// <inheritdoc/>
    public override int BytesOfProbability => sizeof(float);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Descriptions => [Datasets.DatasetDescription.FileName];

    /// <inheritdoc/>
    public override string? ArgumentsFile => "predict_from_raw_data_args.json";

    /// <inheritdoc/>
    public override bool IsPostprocessed => false;

    /// <inheritdoc/>
    public override void WriteProbabilities(string path, ProbabilityMaps probabilities, CaseProperties properties, ModelContract contract, CancellationToken cancel = default) =>
        V2ProbabilityFile.Write(path, probabilities, properties, contract, cancel: cancel);
}
