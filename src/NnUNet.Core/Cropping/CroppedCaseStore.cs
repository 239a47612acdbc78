using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Cropping;

/// <summary>Keeps cropped cases between measuring and preprocessing, so that files are read once where memory allows.</summary>
/// <remarks>At most half of the budget is kept, and nothing where a case needs the room: its files are read again then.</remarks>
internal sealed class CroppedCaseStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CroppedCase> _kept = new(StringComparer.Ordinal);
    private readonly MemoryBudget _budget;
    private readonly DeclaredLabels _declared;
    private long _bytes;

    /// <summary>A store that keeps nothing yet.</summary>
    /// <param name="budget">What may be kept: at most half of it.</param>
    /// <param name="declared">The labels that segmentations may have.</param>
    public CroppedCaseStore(MemoryBudget budget, DeclaredLabels declared)
    {
        _declared = declared;
        _budget = budget;
        budget.MakeRoom = Forget;
    }

    /// <summary>Keeps a case if it fits.</summary>
    public void Offer(string caseId, CroppedCase cropped)
    {
        lock (_gate)
        {
            if (_bytes + cropped.Bytes > _budget.Limit / 2 || !_budget.TryKeep(cropped.Bytes)) return;
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
                _budget.Release(kept.Bytes);
                return kept;
            }
        }

        return CaseReader.ReadCropped(files, _declared);
    }

    private void Forget()
    {
        lock (_gate)
        {
            _kept.Clear();
            _budget.Release(_bytes);
            _bytes = 0;
        }

        GC.Collect();
    }
}
