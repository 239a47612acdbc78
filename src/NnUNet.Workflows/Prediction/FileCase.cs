using NnUNet.Core.Cases;
using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>A case whose image lies in files; where its segmentation goes is said by who derives.</summary>
/// <param name="contract">The model's contract.</param>
/// <param name="image">The image's files.</param>
/// <param name="options">How it is predicted.</param>
/// <param name="savesProbabilities">Whether the probabilities are written, too.</param>
internal abstract class FileCase(ModelContract contract, InputCase image, PredictOptions options, bool savesProbabilities) : PipelineCase
{
    private ImageHeader? _header;

    /// <inheritdoc/>
    public override string CaseId => image.CaseId;

    /// <inheritdoc/>
    public override string Where => image.Channels[0];

    /// <inheritdoc/>
    public override IReadOnlyList<DatasetFault> Look()
    {
        ImageHeader header = Header();
        return [.. CaseReader.HeaderWarnings(image.Channels), .. contract.Preprocessing.SpacingWarnings(contract.Preprocessing.GridOf(header.Extent, header.Geometry, Where).Spacing, Where)];
    }

    /// <inheritdoc/>
    public override CaseMemory Expect()
    {
        ImageHeader header = Header();
        return CaseMemory.Of(contract, header.Extent, header.Geometry, options, savesProbabilities, Where);
    }

    /// <inheritdoc/>
    public override PreprocessedCase Prepare(CancellationToken cancel)
    {
        IReadOnlyList<Volume<float>> channels = CaseReader.ReadChannels([.. image.Channels]);
        Volume<short>? previousStage = image.PreviousStage is { } file ? CaseReader.ReadPreviousStage(file, channels[0]) : null;
        return CasePreparation.Run(contract, channels, previousStage, [.. image.Channels], cancel);
    }

    /// <summary>The image's header, read once: that of a series is all headers of its files.</summary>
    private ImageHeader Header() => _header ??= ImageFile.ReadHeader(Where);
}
