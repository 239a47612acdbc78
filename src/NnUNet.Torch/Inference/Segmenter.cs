using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Inference;

/// <summary>A trained model that segments images: load it once, predict often, dispose it at the end.</summary>
/// <remarks>
/// Thread-safe: callers preprocess and export on their own threads and queue for the network. All segmenters of a device
/// share the one thread that calls torch for it.
/// </remarks>
public sealed class Segmenter : ICasePredictor
{
    private readonly PredictOptions _options;
    private readonly ModelEnsemble _networks;

    private Segmenter(ChosenModel model, PredictOptions options)
    {
        Model = model.Folder;
        _options = options;
        _networks = WithMemoryRemedy(Model, options, () => new ModelEnsemble(model, options));
    }

    /// <summary>The model.</summary>
    public ModelFolder Model { get; }

    /// <summary>The folds whose networks are averaged.</summary>
    public IReadOnlyList<string> Folds => _networks.Folds;

    /// <summary>Tensors that live on the networks' thread.</summary>
    internal long LiveTensors => _networks.LiveTensors;

    /// <summary>Loads a model: plan, networks and weights.</summary>
    /// <param name="modelFolder">The folder with <c>plans.json</c> and the folds.</param>
    /// <param name="options">How to predict; null for the defaults.</param>
    /// <exception cref="DescribedException">The folder, a fold or a checkpoint is missing or does not fit, or torch does not load.</exception>
    public static Segmenter Load(string modelFolder, PredictOptions? options = null)
    {
        using IDisposable torch = TorchRuntime.LoadAhead();
        options ??= new PredictOptions();
        options.Check();
        return Load(ChosenModel.Open(modelFolder, options), options);
    }

    /// <summary>Loads a model whose folder is open.</summary>
    /// <exception cref="DescribedException">A fold or a checkpoint is missing or does not fit, or torch does not load.</exception>
    public static Segmenter Load(ModelFolder model, PredictOptions? options = null)
    {
        options ??= new PredictOptions();
        options.Check();
        return Load(ChosenModel.Of(model, options), options);
    }

    /// <summary>Loads a model whose folds are chosen.</summary>
    /// <exception cref="DescribedException">A checkpoint does not fit, or torch does not load.</exception>
    internal static Segmenter Load(ChosenModel model, PredictOptions options)
    {
        options.Check();
        return new Segmenter(model, options);
    }

    /// <summary>Segments an image of one channel.</summary>
    /// <param name="image">The image (z, y, x); its geometry's spacing counts.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image.</param>
    /// <returns>The segmentation in the image's voxel counts and geometry.</returns>
    /// <exception cref="DescribedException">The image does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentationResult Predict(Volume<float> image, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        Predict([image], progress, cancel);

    /// <summary>Segments an array.</summary>
    /// <param name="voxels">The image's voxels (z, y, x), x fastest.</param>
    /// <param name="extent">Voxel counts (z, y, x).</param>
    /// <param name="spacing">Distance between voxels (z, y, x) in mm.</param>
    /// <param name="progress">Receives a report after each batch of tiles, on the CPU also after each pass of it through a network.</param>
    /// <param name="cancel">Stops within the image.</param>
    /// <returns>Labels (z, y, x), x fastest.</returns>
    /// <remarks>
    /// There is no place for warnings here, so an image with any (<see cref="SegmentationResult.Warnings"/>) is refused. The array is taken to
    /// lie as the model's images do: it is not turned.
    /// </remarks>
    /// <exception cref="ArgumentException">The array does not have the extent's voxels.</exception>
    /// <exception cref="DescribedException">The image does not fit the model, or has voxels that are not finite.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public short[] Predict(float[] voxels, Extent extent, Spacing spacing, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        Predict([new Volume<float>(voxels, extent, Model.Contract.Preprocessing.GeometryOf(spacing))], null, [], strict: true, progress, cancel).Segmentation.Voxels;

    /// <summary>Segments an image.</summary>
    /// <param name="channels">The channels (z, y, x) on one grid, in the model's order; the first one's geometry counts.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image.</param>
    /// <returns>The segmentation in the image's voxel counts and geometry.</returns>
    /// <exception cref="DescribedException">The image does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentationResult Predict(IReadOnlyList<Volume<float>> channels, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        Predict(channels, previousStage: null, progress, cancel);

    /// <summary>Segments an image with the second stage of a cascade.</summary>
    /// <param name="channels">The channels (z, y, x) on one grid, in the model's order; the first one's geometry counts.</param>
    /// <param name="previousStage">The low resolution's segmentation in the image's voxel counts; null for models that are no second stage.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image.</param>
    /// <returns>The segmentation in the image's voxel counts and geometry.</returns>
    /// <exception cref="DescribedException">The image or the segmentation does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentationResult Predict(
        IReadOnlyList<Volume<float>> channels, Volume<short>? previousStage, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        Predict(channels, previousStage, [], progress, cancel);

    private SegmentationResult Predict(
        IReadOnlyList<Volume<float>> channels, Volume<short>? previousStage, IReadOnlyList<string> files, IProgress<TileProgress>? progress, CancellationToken cancel) =>
        PredictionMeter.Case(Model, () => Predict(channels, previousStage, files, _options.StrictInput, progress, cancel));

    private SegmentationResult Predict(
        IReadOnlyList<Volume<float>> channels, Volume<short>? previousStage, IReadOnlyList<string> files, bool strict, IProgress<TileProgress>? progress, CancellationToken cancel)
    {
        string where = files.Count > 0 ? files[0] : "image";
        List<DatasetFault> odd = [.. CaseReader.HeaderWarnings(files)];
        if (channels.Count > 0) odd.AddRange(Model.Contract.Preprocessing.SpacingWarnings(Model.Contract.Preprocessing.GridOf(channels[0].Extent, channels[0].Geometry, where).Spacing, where));
        if (strict && odd.Count > 0) throw CaseReader.Refusal(odd);
        OutputPlace place = _options.KeepProbabilities || channels.Count == 0
            ? OutputPlace.Memory
            : CaseMemory.Of(Model.Contract, channels[0].Extent, channels[0].Geometry, _options, saveProbabilities: false, where).PlaceOf(where, _options.MaxRamBytes);
        PreprocessedCase prepared = PredictionMeter.Stage(PredictStage.Preprocessing, () => CasePreparation.Run(Model.Contract, channels, previousStage, files, cancel));
        if (strict && prepared.Properties.Warnings.Count > 0) throw CaseReader.Refusal(prepared.Properties.Warnings);
        prepared = prepared with { Properties = prepared.Properties.WithWarnings(odd) };
        using CasePrediction probabilities = PredictionMeter.Stage(PredictStage.Network, () => PredictPreprocessed(prepared, place, progress, cancel));
        Volume<short> segmentation = PredictionMeter.Stage(PredictStage.Export, () => CaseExport.Run(Model.Contract, probabilities, prepared.Properties, _options.Mode, null, cancel));
        return new SegmentationResult(segmentation, prepared.Properties, _options.KeepProbabilities ? probabilities.InMemory : null, Model.Contract);
    }

    /// <summary>Segments an image file (or one file a channel) and writes the segmentation; the file appears when it is whole.</summary>
    /// <param name="channelFiles">One path a channel, in the model's order.</param>
    /// <param name="segmentationFile">Where the segmentation goes; its ending chooses the format.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image; nothing is written then.</param>
    /// <returns>What was written, and what was odd about the files.</returns>
    /// <exception cref="DescribedException">A file cannot be read or written, or the image does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentationResult Predict(IReadOnlyList<string> channelFiles, string segmentationFile, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        Predict(channelFiles, previousStageFile: null, segmentationFile, progress, cancel);

    /// <summary>Segments an image file (or one file a channel) with the second stage of a cascade and writes the segmentation.</summary>
    /// <param name="channelFiles">One path a channel, in the model's order.</param>
    /// <param name="previousStageFile">The low resolution's segmentation of the image; null for models that are no second stage.</param>
    /// <param name="segmentationFile">Where the segmentation goes; its ending chooses the format.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image; nothing is written then.</param>
    /// <returns>What was written, and what was odd about the files.</returns>
    /// <exception cref="DescribedException">A file cannot be read or written, or the image or its segmentation does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public SegmentationResult Predict(
        IReadOnlyList<string> channelFiles, string? previousStageFile, string segmentationFile, IProgress<TileProgress>? progress = null, CancellationToken cancel = default)
    {
        IReadOnlyList<Volume<float>> channels = CaseReader.ReadChannels(channelFiles);
        Volume<short>? previousStage = previousStageFile is null ? null : CaseReader.ReadPreviousStage(previousStageFile, channels[0]);
        SegmentationResult result = Predict(channels, previousStage, channelFiles, progress, cancel);
        ImageFile.WriteSegmentation(segmentationFile, result.Segmentation, Model.Contract.Labels.NamesByLabel());
        return result;
    }

    /// <summary>Segments an image of one channel without blocking the caller.</summary>
    /// <inheritdoc cref="PredictAsync(IReadOnlyList{Volume{float}}, Volume{short}, IProgress{TileProgress}, CancellationToken)"/>
    /// <param name="image">The image (z, y, x); its geometry's spacing counts.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image.</param>
    public Task<SegmentationResult> PredictAsync(Volume<float> image, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        PredictAsync([image], previousStage: null, progress, cancel);

    /// <summary>Segments an image without blocking the caller.</summary>
    /// <inheritdoc cref="PredictAsync(IReadOnlyList{Volume{float}}, Volume{short}, IProgress{TileProgress}, CancellationToken)"/>
    /// <param name="channels">The channels (z, y, x) on one grid, in the model's order; the first one's geometry counts.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image.</param>
    public Task<SegmentationResult> PredictAsync(IReadOnlyList<Volume<float>> channels, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        PredictAsync(channels, previousStage: null, progress, cancel);

    /// <summary>Segments an image with the second stage of a cascade without blocking the caller.</summary>
    /// <remarks>
    /// The work takes a thread of its own, no thread of the pool, until it ends: preprocessing and export are computed there, and the network
    /// is waited for. How many images are in work at a time, and so their memory, is the caller's choice: start no more than memory is for.
    /// </remarks>
    /// <param name="channels">The channels (z, y, x) on one grid, in the model's order; the first one's geometry counts.</param>
    /// <param name="previousStage">The low resolution's segmentation in the image's voxel counts; null for models that are no second stage.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image; the task is cancelled then.</param>
    /// <returns>The segmentation in the image's voxel counts and geometry.</returns>
    /// <exception cref="DescribedException">The image or the segmentation does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<SegmentationResult> PredictAsync(
        IReadOnlyList<Volume<float>> channels, Volume<short>? previousStage, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        OnOwnThread(() => Predict(channels, previousStage, progress, cancel), cancel);

    /// <summary>Segments an image file (or one file a channel) and writes the segmentation without blocking the caller; the file appears when it is whole.</summary>
    /// <param name="channelFiles">One path a channel, in the model's order.</param>
    /// <param name="segmentationFile">Where the segmentation goes; its ending chooses the format.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image; nothing is written then, and the task is cancelled.</param>
    /// <returns>What was written, and what was odd about the files.</returns>
    /// <exception cref="DescribedException">A file cannot be read or written, or the image does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<SegmentationResult> PredictAsync(IReadOnlyList<string> channelFiles, string segmentationFile, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        OnOwnThread(() => Predict(channelFiles, segmentationFile, progress, cancel), cancel);

    /// <summary>The networks' output (K, z, y, x) for a preprocessed image, averaged over the folds: probabilities, or logits where the model averages those.</summary>
    /// <param name="prepared">The preprocessed image in the model's transposed axes, with the cascade's first stage's labels where the model needs them.</param>
    /// <param name="progress">Receives a report after each batch of tiles, once the networks of all folds have predicted it, on the CPU also after each pass through one of them.</param>
    /// <param name="cancel">Stops within the image.</param>
    /// <exception cref="ObjectDisposedException">The segmenter was disposed.</exception>
    public MultiChannelArray<float> PredictPreprocessed(PreprocessedCase prepared, IProgress<TileProgress>? progress = null, CancellationToken cancel = default) =>
        PredictPreprocessed(prepared, OutputPlace.Memory, progress, cancel).InMemory!;

    /// <inheritdoc/>
    CasePrediction ICasePredictor.Predict(PreprocessedCase prepared, OutputPlace place, IProgress<TileProgress>? progress, CancellationToken cancel) =>
        PredictPreprocessed(prepared, place, progress, cancel);

    /// <summary>The networks' averaged output for a preprocessed image, in memory, in a file, or as labels.</summary>
    internal CasePrediction PredictPreprocessed(PreprocessedCase prepared, OutputPlace place, IProgress<TileProgress>? progress, CancellationToken cancel)
    {
        string? folder = place == OutputPlace.File ? _options.TemporaryFolder ?? Path.GetTempPath() : null;
        SliceLabels? labels = place == OutputPlace.Labels && CaseExport.NeedsOnlyLabels(Model.Contract, prepared.Properties, prepared.Data.Extent, _options.Mode)
            ? new SliceLabels(prepared.Data.Extent, Model.Contract)
            : null;
        return WithMemoryRemedy(Model, _options, () => _networks.Predict(prepared, folder, labels, progress, cancel));
    }

    /// <summary>What to do about a memory that is full while a model predicts.</summary>
    internal static string MemoryRemedy(PredictOptions options)
    {
        string precision = options.Precision == ComputePrecision.Float32 ? ", leave out --disable_mixed_precision" : "";
        if (options.Device.IsCuda) return $"close other programs that use it{precision}, or predict with --device cpu";

        string mode = options.Mode == PredictMode.Normal ? ", --mode fast" : "";
        return $"close other programs{precision}, give a smaller --max-ram{mode}, or predict one case at a time (--num_threads_preprocessing 1 --num_threads_nifti_save 1)";
    }

    /// <summary>Waits for what is in the network, and frees the weights.</summary>
    public void Dispose() => _networks.Dispose();

    private static async Task<T> OnOwnThread<T>(Func<T> work, CancellationToken cancel) => await Task.Factory
        .StartNew(work, cancel, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
        .ConfigureAwait(false);

    private static T WithMemoryRemedy<T>(ModelFolder model, PredictOptions options, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (OutOfMemoryErrors.Describe(e, model.Path, MemoryRemedy(options)) is { } full)
        {
            throw full;
        }
    }
}
