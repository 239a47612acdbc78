using NnUNet.Core.Cascade;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>A case of a preprocessed folder; its files are mapped at the first use and stay so.</summary>
internal sealed class PreprocessedTrainingCase : TrainingCase, IDisposable
{
    private readonly Lazy<PreprocessedCaseFile> _file;
    private readonly Lazy<PreviousStageMap>? _previousStage;

    /// <summary>A case.</summary>
    /// <param name="folder">The stage's folder.</param>
    /// <param name="caseId">The case's name.</param>
    /// <param name="openPreviousStage">Maps the cascade's first stage's segmentation (its name and voxel counts); null where there is none.</param>
    public PreprocessedTrainingCase(PreprocessedFolder folder, string caseId, Func<string, Extent, PreviousStageMap>? openPreviousStage = null)
    {
        CaseId = caseId;
        _file = new Lazy<PreprocessedCaseFile>(() => folder.Open(caseId));
        if (openPreviousStage is not null) _previousStage = new Lazy<PreviousStageMap>(() => openPreviousStage(caseId, Extent));
    }

    /// <inheritdoc/>
    public override string CaseId { get; }

    /// <inheritdoc/>
    public override int Channels => _file.Value.Channels;

    /// <inheritdoc/>
    public override Extent Extent => _file.Value.Extent;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, int[]> ClassLocations => _file.Value.ClassLocations;

    /// <inheritdoc/>
    public override void ReadBox(int channel, BoundingBox box, Span<float> into) => _file.Value.ReadBox(channel, box, into);

    /// <inheritdoc/>
    public override void ReadPreviousStage(BoundingBox box, Span<short> into)
    {
        if (_previousStage is null) base.ReadPreviousStage(box, into);
        else _previousStage.Value.ReadBox(box, into);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file.IsValueCreated) _file.Value.Dispose();
        if (_previousStage is { IsValueCreated: true }) _previousStage.Value.Dispose();
    }
}
