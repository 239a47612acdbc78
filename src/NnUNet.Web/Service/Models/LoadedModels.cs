using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Web.Service.Models;

/// <summary>The networks that are in memory: loaded when a job needs them, kept while there is room, freed after some time without work.</summary>
/// <remarks>One thread owns it. Each choice of folds and mirroring of a model has networks of its own.</remarks>
/// <param name="idle">Time without work after which networks are freed.</param>
/// <param name="time">The clock.</param>
internal sealed class LoadedModels(TimeSpan idle, TimeProvider time) : IDisposable
{
    /// <summary>Checkpoints may take one in so many bytes of what the program may take; the images need the rest.</summary>
    private const int LargestShare = 4;

    private readonly List<Entry> _entries = [];
    private readonly HashSet<ServedModel> _seen = [];

    /// <summary>The networks of a choice, loaded now if they are not; makes room for them first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="chosen">Its folds.</param>
    /// <param name="options">How they predict.</param>
    /// <returns>A predictor whose disposal frees nothing.</returns>
    /// <exception cref="DescribedException">A checkpoint does not fit, or torch does not load.</exception>
    public ICasePredictor Get(ServedModel model, ChosenModel chosen, PredictOptions options)
    {
        if (_entries.Find(e => e.Model == model && e.Fits(options)) is not { } entry)
        {
            MakeRoom(chosen.CheckpointBytes);
            entry = new Entry(model, options, chosen.CheckpointBytes, Segmenter.Load(chosen, options));
            _entries.Add(entry);
            _seen.Add(model);
        }

        HoldOthers(entry);
        entry.Used = time.GetTimestamp();
        return new LentPredictor(entry.Segmenter);
    }

    /// <summary>Frees networks that had no work for long enough.</summary>
    public void UnloadIdle()
    {
        foreach (Entry entry in _entries.Where(e => time.GetElapsedTime(e.Used) >= idle).ToArray()) Unload(entry);
    }

    /// <summary>Frees all networks.</summary>
    public void Dispose()
    {
        foreach (Entry entry in _entries.ToArray()) Unload(entry);
    }

    private void MakeRoom(long bytes)
    {
        while (_entries.Count > 0 && _entries.Sum(static e => e.Bytes) + bytes > MemoryLimit.Bytes / LargestShare) Unload(_entries.MinBy(static e => e.Used)!);
    }

    private void Unload(Entry entry)
    {
        _entries.Remove(entry);
        entry.Segmenter.Dispose();
        MemoryLimit.Hold(entry.Model.Folder.Path, 0);
        HoldOthers(null);
    }

    /// <summary>Notes the memory of networks that do not work now, those that do having been noted when they were chosen; and which models are loaded.</summary>
    private void HoldOthers(Entry? working)
    {
        MemoryLimit.Hold("loaded networks", _entries.Where(e => e != working).Sum(static e => e.Bytes));
        foreach (ServedModel model in _entries.Select(static e => e.Model)) model.IsLoaded = true;
        foreach (ServedModel model in _seen.Where(m => !_entries.Exists(e => e.Model == m))) model.IsLoaded = false;
    }

    private sealed class Entry(ServedModel model, PredictOptions options, long bytes, Segmenter segmenter)
    {
        public ServedModel Model { get; } = model;

        public long Bytes { get; } = bytes;

        public Segmenter Segmenter { get; } = segmenter;

        public long Used { get; set; }

        public bool Fits(PredictOptions other) => options == other;
    }

    /// <summary>A pipeline frees its networks at its end; these stay.</summary>
    private sealed class LentPredictor(ICasePredictor networks) : ICasePredictor
    {
        public CasePrediction Predict(PreprocessedCase prepared, OutputPlace place, IProgress<TileProgress>? progress, CancellationToken cancel) => networks.Predict(prepared, place, progress, cancel);

        public void Dispose()
        {
            // the service frees them
        }
    }
}
