using NnUNet.Core.Models;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Documents;

/// <summary>What a model is: <c>nnunet/model_info/1</c>.</summary>
/// <param name="Path">The model's folder.</param>
/// <param name="Facts">What its files tell.</param>
/// <param name="Stage">The plan's stage; null where the model has no plan.</param>
/// <param name="Network">The network's name.</param>
/// <param name="MirrorAxes">The axes along which it is mirrored.</param>
/// <param name="Estimate">What a prediction takes here; null with <c>--files_only</c>.</param>
internal sealed record ModelDocument(string Path, ModelFacts Facts, int? Stage, string Network, IReadOnlyList<int> MirrorAxes, ModelEstimate? Estimate)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/model_info/1";
}

/// <summary>What a prediction of a case of the median size takes on this machine.</summary>
internal sealed record ModelEstimate(long Parameters, long? TileBytes, long FurtherBytes, double TileSeconds, int Tiles, int Mirrorings, int Networks, double CaseSeconds, string Precision)
{
    /// <summary>An estimate in plain numbers.</summary>
    public static ModelEstimate Of(InferenceEstimate estimate) => new(
        estimate.Parameters,
        estimate.TileBytes,
        estimate.FurtherBytes,
        estimate.TileTime.TotalSeconds,
        estimate.Tiles,
        estimate.Mirrorings,
        estimate.Networks,
        estimate.CaseTime.TotalSeconds,
        estimate.Precision.Name());
}
