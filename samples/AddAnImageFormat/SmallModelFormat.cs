using System.Text.Json.Serialization;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace AddAnImageFormat;

/// <summary>What a <c>model.json</c> says. Axes (z, y, x), millimetres.</summary>
public sealed record SmallModel
{
    /// <summary>The channels' names in the order of their numbers.</summary>
    [JsonPropertyName("channels")]
    public required ValueArray<string> Channels { get; init; }

    /// <summary>The names of the labels 1, 2, ….</summary>
    [JsonPropertyName("labels")]
    public required ValueArray<string> Labels { get; init; }

    /// <summary>The spacing to which images are resampled.</summary>
    [JsonPropertyName("spacing")]
    public required ValueArray<double> Spacing { get; init; }

    /// <summary>Voxels of a tile; two values for a network of slices.</summary>
    [JsonPropertyName("tile")]
    public required ValueArray<int> Tile { get; init; }

    /// <summary>Feature maps of the network's first resolution.</summary>
    [JsonPropertyName("features")]
    public required int Features { get; init; }

    /// <summary>The network: its name in the catalogue, its arguments, and the axes along which images may be mirrored.</summary>
    [JsonPropertyName("network")]
    public required NetworkDescription Network { get; init; }
}

/// <summary>Folders with a <c>model.json</c>, and <c>fold_0/model_final_checkpoint.safetensors</c> with the weights.</summary>
[CatalogName("small_model")]
public sealed class SmallModelFormat : ModelFormat
{
    /// <inheritdoc/>
    public override string Title => "a small model";

    /// <inheritdoc/>
    public override string CheckpointEnding => ".safetensors";

    /// <inheritdoc/>
    public override string PlansFileName => "model.json";

    /// <inheritdoc/>
    public override bool Recognizes(string folder) => File.Exists(Path.Combine(folder, PlansFileName));

    /// <inheritdoc/>
    public override StoredModel Read(string folder, string? network = null)
    {
        SmallModel model = ProductJson.Read<SmallModel>(Path.Combine(folder, PlansFileName));
        ModelContract contract = new()
        {
            Preprocessing = new PreprocessingRecipe
            {
                Channels = model.Channels.Select(static name => new ChannelRecipe { Name = name, Normalization = "nonCT" }).ToValueArray(),
                Steps = PreprocessingRecipe.ResampleFirst,
                TransposeForward = [0, 1, 2],
                Spacing = model.Spacing,
                KeepsSliceSpacing = model.Tile.Count == 2,
                Images = new ResamplingRule { Order = 3, OrderZ = 0 },
                Segmentations = new ResamplingRule { Order = 1, OrderZ = 0 },
                Outputs = new ResamplingRule { Order = 1, OrderZ = 0 },
            },
            Labels = new LabelContract
            {
                Foreground = Enumerable.Range(1, model.Labels.Count).ToValueArray(),
                Names = model.Labels.Index().Select(static label => new LabelName(label.Index + 1, label.Item)).ToValueArray(),
            },
            Outputs = new OutputContract(OutputActivation.Softmax, AveragedOutput.Probabilities),
            Tiles = new TileContract(model.Tile),
            Network = model.Network,
            BaseFeatures = model.Features,
            MedianShape = model.Tile,
        };
        return new StoredModel(contract, Trainer: "", Warnings: []);
    }

    /// <summary>The weights lie in a file that the program reads itself; their names are those of the network's parameters.</summary>
    public override StoredWeights OpenWeights(string checkpoint) => new OwnModelFormat().OpenWeights(checkpoint);
}
