using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Bundles;

/// <summary>The models of bundles: loaded one after another, and kept for further images as far as memory allows.</summary>
/// <param name="options">Where models are, and how they predict.</param>
/// <param name="keptBytes">Bytes of checkpoints that are kept beside the one in work.</param>
internal sealed class LoadedModels(BundleRunOptions options, long keptBytes) : IPartPredictor
{
    // The one that was used last stands at the end.
    private readonly List<Loaded> _models = [];
    private readonly List<string> _warnings = [];
    private readonly List<string> _files = [];
    private readonly MemoryBudget _budget = new(options.Predict.MaxRamBytes);

    /// <summary>What had to be guessed of the models, one sentence each; complete for those that are loaded.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The files that decide about what the models find, those of a model once; complete after <see cref="Check"/>.</summary>
    public IReadOnlyList<string> Files => [.. _files.Distinct(StringComparer.Ordinal)];

    /// <summary>How many models are loaded.</summary>
    internal int Count => _models.Count;

    /// <summary>Opens every model of bundles without loading weights, so that what is missing is found before the first image is read.</summary>
    /// <param name="models">The models, each with its bundle.</param>
    /// <exception cref="DescribedException">A model, a fold or a checkpoint is missing or damaged, or does not fit its bundle.</exception>
    public void Check(IEnumerable<(Bundle Bundle, BundleModel Model)> models)
    {
        foreach ((Bundle bundle, BundleModel model) in models)
        {
            ChosenModel chosen = Open(bundle, model, out PredictOptions predict);
            int sees = Channels(bundle, model), wants = chosen.Contract.Preprocessing.Channels.Count;
            if (sees != wants) throw new DescribedException(chosen.Folder.Path, $"the model {model.Name} needs {wants} channels, but the bundle {bundle.Name} gives it {sees}", "correct channels in the bundle's file, or take another model");
            if (chosen.Contract.PreviousStage is not null) throw new DescribedException(chosen.Folder.Path, $"the model {model.Name} is the second stage of a cascade", "bundles run models of one stage; give it what another bundle has found as the channel crop_mask, or predict with nnUNet_predict or nnUNetv2_predict");
            _warnings.AddRange(chosen.Folder.Warnings.Select(w => $"{model.Name}: {w}"));
            _files.AddRange(chosen.Folder.FilesOf(chosen.Folds, predict.Checkpoint));
            Hold(chosen, 0);
        }
    }

    /// <inheritdoc/>
    public void Load(Bundle bundle, BundleModel model)
    {
        string path = BundleModelFolder.Find(bundle, model, options.ModelFolders);
        string key = string.Join('|', path, model.Checkpoint, string.Join(',', model.Folds), bundle.TileStep, bundle.Mirroring);
        int at = _models.FindIndex(m => m.Key == key);
        if (at >= 0)
        {
            Loaded known = _models[at];
            _models.RemoveAt(at);
            _models.Add(known);
            return;
        }

        ChosenModel chosen = Open(bundle, model, out PredictOptions predict);
        while (_models.Count > 0 && _models.Sum(static m => m.Bytes) > keptBytes) Free(0);
        _models.Add(new Loaded(key, chosen, Segmenter.Load(chosen, predict)));
    }

    /// <inheritdoc/>
    public Volume<short> Predict(Bundle bundle, BundleModel model, IReadOnlyList<Volume<float>> channels, Action<double>? progress, CancellationToken cancel)
    {
        Load(bundle, model);
        Segmenter segmenter = _models[^1].Segmenter;
        Volume<short> found = segmenter.Predict(channels, progress is null ? null : new Relay<TileProgress>(tiles => progress(tiles.Share)), cancel).Segmentation;
        _budget.Sweep(CaseMemory.Of(segmenter.Model.Contract, found.Extent, found.Geometry, options.Predict, saveProbabilities: false).InMemory); // or the sums of one model would lie beside those of the next
        return found;
    }

    /// <summary>Frees all models.</summary>
    public void Dispose()
    {
        while (_models.Count > 0) Free(0);
    }

    private static int Channels(Bundle bundle, BundleModel model) => model.Channels.Count > 0 ? model.Channels.Count : bundle.Channels.Count;

    private ChosenModel Open(Bundle bundle, BundleModel model, out PredictOptions predict)
    {
        predict = options.Predict with { Folds = model.Folds, TileStep = bundle.TileStep, Mirror = bundle.Mirroring, Checkpoint = model.Checkpoint ?? options.Predict.Checkpoint };
        return ChosenModel.Open(BundleModelFolder.Find(bundle, model, options.ModelFolders), predict);
    }

    private void Free(int at)
    {
        Loaded model = _models[at];
        _models.RemoveAt(at);
        model.Segmenter.Dispose();
        Hold(model.Chosen, 0);
    }

    private static void Hold(ChosenModel model, long bytes) => MemoryLimit.Hold(model.Folder.Path, bytes);

    private sealed record Loaded(string Key, ChosenModel Chosen, Segmenter Segmenter)
    {
        public long Bytes => Chosen.CheckpointBytes;
    }
}
