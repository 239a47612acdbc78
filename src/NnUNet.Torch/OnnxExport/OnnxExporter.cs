using System.Globalization;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.OnnxExport;

/// <summary>How a model is exported.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The folds.</summary>
    /// <value>None: all that are there.</value>
    public ValueArray<string> Folds { get; init; }

    /// <summary>The checkpoint's name without its ending.</summary>
    /// <value>The final one.</value>
    public string Checkpoint { get; init; } = ModelFolder.FinalCheckpoint;

    /// <summary>Whether the networks take images of the model's tile only, which some runtimes need or compute faster.</summary>
    /// <value>False: any multiple of the divisor.</value>
    public bool FixedTile { get; init; }
}

/// <summary>What was exported.</summary>
/// <param name="Files">All files.</param>
/// <param name="Contract">What stands in <c>contract.json</c>.</param>
public sealed record OnnxExportReport(ValueArray<string> Files, ContractFile Contract);

/// <summary>Writes a model for other runtimes: a network a fold as ONNX, <c>contract.json</c>, and a set of files by which another program shows that it predicts the same.</summary>
/// <remarks>
/// The set, in the folder <c>conformance</c>: <c>image_0000.nii.gz</c> … (a channel each, computed), <c>preprocessed.npy</c> (C, z, y, x: what the networks see),
/// <c>logits.npy</c> (K, z, y, x: what the first network says of it, float32) and <c>segmentation.nii.gz</c> (all networks, mirrored as the model allows, without postprocessing).
/// </remarks>
public static class OnnxExporter
{
    /// <summary>The folder of the files for comparison.</summary>
    public const string ConformanceFolder = "conformance";

    private const string ImageName = "image";

    /// <summary>Writes the files.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Gets the files; must not exist, or be empty.</param>
    /// <param name="options">What of it; null for all.</param>
    /// <param name="progress">Receives the name of each file that is written.</param>
    /// <param name="cancel">Stops between two files.</param>
    /// <exception cref="DescribedException">The folder is not empty, a fold is missing or damaged, the model is a cascade's second stage, or its network has parts that ONNX does not know.</exception>
    public static OnnxExportReport Export(ModelFolder model, string folder, OnnxExportOptions? options = null, IProgress<string>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxExportOptions();
        folder = Path.GetFullPath(folder);
        EmptyFolder.Check(folder);
        IReadOnlyList<string> folds = model.SelectFolds(options.Folds.Count == 0 ? null : [.. options.Folds], options.Checkpoint);
        ModelContract contract = model.Contract;
        using WorkerLease lease = WorkerLease.Take(TorchDevice.Cpu, threads: 0);
        ValueArray<int> divisor = lease.Worker.Run(() =>
        {
            using SegmentationNetwork network = Built(model);
            return network.Divisor;
        });
        ContractFile file = new()
        {
            Model = TrainerOf(model),
            Networks = folds.Select(static fold => NameOf(fold)).ToValueArray(),
            Input = OnnxNetworkFile.Input,
            Output = OnnxNetworkFile.Output,
            Divisor = divisor,
            FixedTile = options.FixedTile,
            Contract = contract,
        };
        List<string> files = [];
        foreach (string fold in folds)
        {
            cancel.ThrowIfCancellationRequested();
            string path = Path.Combine(folder, NameOf(fold));
            lease.Worker.Run(() =>
            {
                using SegmentationNetwork network = Loaded(model, fold, options.Checkpoint);
                OnnxNetworkFile.Write(path, network, options.FixedTile ? [.. contract.Tiles.Size] : null, Description(model, fold), Facts(model, fold));
            });
            Written(path);
        }

        file.Write(Path.Combine(folder, ContractFile.FileName));
        Written(Path.Combine(folder, ContractFile.FileName));
        if (contract.PreviousStage is null) WriteConformance(model, folds, options, Path.Combine(folder, ConformanceFolder), lease.Worker, Written, cancel);
        return new OnnxExportReport([.. files], file);

        void Written(string path)
        {
            files.Add(path);
            progress?.Report(Path.GetRelativePath(folder, path));
        }
    }

    private static string NameOf(string fold) => ModelFolder.FoldFolderName(fold) + ".onnx";

    private static string TrainerOf(ModelFolder model) => model.Trainer.Length > 0 ? model.Trainer : Path.GetFileName(model.Path).Split("__")[0];

    private static string Description(ModelFolder model, string fold) => $"{TrainerOf(model)}, fold {fold}: images to logits; {ContractFile.FileName} says how images come in and what the logits mean.";

    private static IEnumerable<KeyValuePair<string, string>> Facts(ModelFolder model, string fold) =>
    [
        new("fold", fold),
        new("network", model.Network.Name),
        new("channels", string.Join(", ", model.Contract.Preprocessing.Channels.Select(static c => c.Name))),
        new("labels", string.Join(", ", model.Contract.Labels.Names.Select(static n => string.Create(CultureInfo.InvariantCulture, $"{n.Label} {n.Name}")))),
    ];

    private static SegmentationNetwork Built(ModelFolder model) => NetworkFactory.Create(model.Network);

    private static SegmentationNetwork Loaded(ModelFolder model, string fold, string checkpoint)
    {
        SegmentationNetwork network = Built(model);
        try
        {
            WeightFile.Load(model.CheckpointPath(fold, checkpoint), network);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void WriteConformance(
        ModelFolder model, IReadOnlyList<string> folds, OnnxExportOptions options, string folder, TorchWorker worker, Action<string> written, CancellationToken cancel)
    {
        // An image on the network's own grid and of one tile, so that the preprocessed array is one input of the network
        ModelContract contract = model.Contract;
        Volume<float>[] channels = [.. contract.Preprocessing.Channels.Select((channel, number) => ConformanceImage.Of(contract, channel, number))];
        Directory.CreateDirectory(folder);
        foreach ((int number, Volume<float> channel) in channels.Index())
        {
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{ImageName}_{number:0000}.nii.gz"));
            ImageFile.WriteVolume(path, channel);
            written(path);
        }

        PreprocessedCase prepared = CasePreparation.Run(contract, channels, previousStage: null, [], cancel);
        Extent extent = prepared.Data.Extent;
        string array = Path.Combine(folder, "preprocessed.npy");
        IEnumerable<float[]> arrays = Enumerable.Range(0, prepared.Data.Channels).Select(channel => prepared.Data[channel]);
        NpyFile.Write(array, [prepared.Data.Channels, extent.Z, extent.Y, extent.X], arrays.Select(static values => (ReadOnlyMemory<float>)values));
        written(array);

        string logits = Path.Combine(folder, "logits.npy");
        worker.Run(() =>
        {
            using IDisposable noGrad = no_grad();
            using DisposeScope scope = NewDisposeScope();
            using SegmentationNetwork network = Loaded(model, folds[0], options.Checkpoint);
            network.DeepSupervision = false;
            Tensor image = stack([.. arrays.Select(values => tensor(values).reshape(extent.Z, extent.Y, extent.X))]); // (C, z, y, x)

            // Networks of slices see the slices as a batch.
            Tensor said = network.Dimensions == 2
                ? network.call(image.permute(1, 0, 2, 3).contiguous())[0].permute(1, 0, 2, 3)
                : network.call(image.unsqueeze(0))[0].squeeze(0); // (K, z, y, x)
            NpyFile.Write<float>(logits, said.contiguous().data<float>().ToArray(), said.shape);
        });
        written(logits);

        using Segmenter segmenter = Segmenter.Load(model, new PredictOptions { Device = TorchDevice.Cpu, Folds = [.. folds], Checkpoint = options.Checkpoint, Precision = ComputePrecision.Float32 });
        string segmentation = Path.Combine(folder, "segmentation.nii.gz");
        ImageFile.WriteLabels(segmentation, segmenter.Predict(channels, cancel: cancel).Segmentation);
        written(segmentation);
    }
}
