using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Inference;

/// <summary>How a model predicts.</summary>
/// <remarks>Source: nnunet/inference/predict.py.</remarks>
public sealed record PredictOptions
{
    /// <summary>The folds whose networks' probabilities are averaged: numbers, or "all".</summary>
    /// <value>None: those found in the model folder (<see cref="ModelFolder.SelectFolds"/>).</value>
    public ValueArray<string> Folds { get; init; }

    /// <summary>The checkpoint's name without its ending.</summary>
    /// <value>model_final_checkpoint.</value>
    public string Checkpoint { get; init; } = ModelFolder.FinalCheckpoint;

    /// <summary>For models of the Python original: overrides what their files say about the network, by a trainer's name or a JSON file.</summary>
    /// <value>Null: what the files say.</value>
    public string? Network { get; init; }

    /// <summary>Whether the probabilities of mirrored images are averaged too: 8 times the work in 3D, 4 times in 2D.</summary>
    /// <value>True, along the axes that the network was trained with.</value>
    public bool Mirror { get; init; } = true;

    /// <summary>Largest step between tiles as a fraction of the tile.</summary>
    /// <value>0.5. Greater than 0, at most 1.</value>
    public double TileStep { get; init; } = 0.5;

    /// <summary>Whether overlapping tiles count most at their centres.</summary>
    /// <value>True.</value>
    public bool Gaussian { get; init; } = true;

    /// <summary>The device that computes.</summary>
    /// <value>The CPU.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>The element type of the convolutions.</summary>
    /// <value>Null: the fastest of the device (<see cref="ComputePrecisions.FastestOn"/>), as in training.</value>
    public ComputePrecision? Precision { get; init; }

    /// <summary>Threads that torch computes one operation with.</summary>
    /// <value>0: the machine's cores.</value>
    public int Threads { get; init; }

    /// <summary>How the segmentation is made of the probabilities.</summary>
    /// <value>Normal.</value>
    public PredictMode Mode { get; init; }

    /// <summary>
    /// Bytes that images in work may take (<c>--max-ram</c>). Where probabilities would not fit they go to a file, as float16;
    /// an image that does not fit even so is refused.
    /// </summary>
    /// <value>0: what <see cref="MemoryLimit"/> leaves for cases: half of the machine's memory unless a program sets another limit.</value>
    public long MaxRamBytes { get; init; }

    /// <summary>Where that file is made: a folder on a disk with room for classes x voxels x 2 bytes.</summary>
    /// <value>Null: the system's folder for temporary files; in a run, the output folder.</value>
    public string? TemporaryFolder { get; init; }

    /// <summary>Whether images with anything odd that is otherwise put right with a warning, such as voxels that are not finite, are refused (<c>--strict-input</c>).</summary>
    /// <value>False.</value>
    public bool StrictInput { get; init; }

    /// <summary>Whether a result keeps the probabilities, from which they can be written or resampled.</summary>
    /// <value>False.</value>
    public bool KeepProbabilities { get; init; }

    /// <summary>What is wrong with the options, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (TileStep is not (> 0 and <= 1)) yield return FormattableString.Invariant($"the tile step is {TileStep}, but must be greater than 0 and at most 1");
        if (MaxRamBytes < 0) yield return $"the memory is {MaxRamBytes} bytes, but must not be negative";
        if (Threads < 0) yield return $"threads is {Threads}, but must not be negative";
        if (Checkpoint.Length == 0 || Checkpoint.AsSpan().ContainsAny('/', '\\')) yield return $"the checkpoint is \"{Checkpoint}\", but must be a file name without its ending";
    }

    /// <summary>Checks the options.</summary>
    /// <exception cref="DescribedException">Something is wrong with them; all of it in one message.</exception>
    internal void Check()
    {
        string[] faults = [.. Faults()];
        if (faults.Length > 0) throw new DescribedException("prediction", string.Join("; ", faults), "correct the options");
    }
}
