using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service.Models;

/// <summary>A model that callers may name. Its plan is read, no weights.</summary>
internal sealed class ServedModel
{
    private ServedModel(string name, ModelFolder folder, PredictOptions options) => (Name, Folder, Options) = (name, folder, options);

    /// <summary>What callers call it.</summary>
    public string Name { get; }

    /// <summary>Its folder.</summary>
    public ModelFolder Folder { get; }

    /// <summary>What it promises.</summary>
    public ModelContract Contract => Folder.Contract;

    /// <summary>How it predicts, but for what callers choose.</summary>
    public PredictOptions Options { get; }

    /// <summary>Bytes of the weights of all its folds that are in memory at the same time.</summary>
    public long WeightBytes { get; private init; }

    /// <summary>Bytes of memory that an image of the median size takes, the weights of one network included; null where it cannot be told.</summary>
    public long? MedianBytes { get; private init; }

    /// <summary>Whether its networks are loaded now.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>Whether it was tried to measure the <see cref="Estimate"/>.</summary>
    public bool IsMeasured { get; set; }

    /// <summary>What a case of the median size takes on this machine; null until it was measured.</summary>
    public InferenceEstimate? Estimate { get; set; }

    /// <summary>Opens a model.</summary>
    /// <exception cref="DescribedException">The folder, its plan or every checkpoint is missing or damaged.</exception>
    public static ServedModel Open(ModelAddress address, ServiceSettings settings)
    {
        PredictOptions options = new()
        {
            Device = TorchDevice.Parse(settings.Device),
            TileStep = settings.TileStep,
            Precision = settings.Float32 ? ComputePrecision.Float32 : null,
            StrictInput = settings.StrictInput,
            Threads = settings.Threads,
        };
        options.Check();
        ChosenModel chosen = ChosenModel.Open(address.Folder, options);
        return new ServedModel(address.Name, chosen.Folder, options) { MedianBytes = BytesOf(chosen, options), WeightBytes = chosen.CheckpointBytes };
    }

    /// <summary>The folds that predict, and how.</summary>
    /// <param name="folds">The folds' names; none for all.</param>
    /// <param name="mirrors">Whether mirrored images are averaged, too.</param>
    /// <exception cref="DescribedException">A fold is not there.</exception>
    public (ChosenModel Model, PredictOptions Options) Choose(ValueArray<string> folds, bool mirrors)
    {
        PredictOptions options = Options with { Folds = folds, Mirror = mirrors };
        return (ChosenModel.Of(Folder, options), options);
    }

    /// <summary>Refuses folds that are not there.</summary>
    /// <exception cref="DescribedException">One is not.</exception>
    public void Check(ValueArray<string> folds) => Folder.SelectFolds([.. folds]);

    private static long? BytesOf(ChosenModel chosen, PredictOptions options)
    {
        ModelContract contract = chosen.Contract;
        ReadOnlySpan<int> back = contract.Preprocessing.TransposeBackward.AsSpan();
        try
        {
            Extent image = Extent.From(contract.MedianShape.AsSpan()).Transpose(back.ToArray());
            return CaseMemory.Of(contract, image, Spacing.From(contract.Preprocessing.Spacing.AsSpan()).Transpose(back), options, saveProbabilities: false).InMemory + chosen.CheckpointBytes;
        }
        catch (Exception e) when (e is DescribedException or ArgumentException)
        {
            return null; // the plan tells no median size
        }
    }
}
