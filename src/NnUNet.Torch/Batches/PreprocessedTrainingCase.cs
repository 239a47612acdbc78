using NnUNet.Core.Preprocessing;
using NnUNet.Imaging;

namespace NnUNet.Torch.Batches;

/// <summary>A case of a preprocessed folder; its file is mapped at the first use and stays so.</summary>
internal sealed class PreprocessedTrainingCase : TrainingCase, IDisposable
{
    private readonly Lazy<PreprocessedCaseFile> _file;

    public PreprocessedTrainingCase(PreprocessedFolder folder, string caseId)
    {
        CaseId = caseId;
        _file = new Lazy<PreprocessedCaseFile>(() => folder.Open(caseId));
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
    public void Dispose()
    {
        if (_file.IsValueCreated) _file.Value.Dispose();
    }
}
