using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Cropping;

/// <summary>Keeps cropped cases between measuring and preprocessing, so that files are read once where memory allows.</summary>
/// <param name="budget">What may be kept: at most half of it.</param>
/// <param name="declared">The labels that segmentations may have.</param>
internal sealed class CroppedCaseStore(MemoryBudget budget, DeclaredLabels declared)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CroppedCase> _kept = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Keeps a case if it fits.</summary>
    public void Offer(string caseId, CroppedCase cropped)
    {
        lock (_gate)
        {
            if (_bytes + cropped.Bytes > budget.Limit / 2 || !budget.TryKeep(cropped.Bytes)) return;
            _bytes += cropped.Bytes;
            _kept[caseId] = cropped;
        }
    }

    /// <summary>The kept case, which is forgotten, or else the case read from its files.</summary>
    public CroppedCase TakeOrRead(CaseFiles files)
    {
        lock (_gate)
        {
            if (_kept.Remove(files.CaseId, out CroppedCase? kept))
            {
                _bytes -= kept.Bytes;
                budget.Release(kept.Bytes);
                return kept;
            }
        }

        return CaseReader.ReadCropped(files, declared);
    }
}
