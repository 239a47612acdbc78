using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>A checkpoint of version 2 (<c>checkpoint_final.pth</c>): the network's weights, each once, under the names of our networks.</summary>
/// <remarks>Source: nnunetv2/training/nnUNetTrainer/nnUNetTrainer.py, save_checkpoint.</remarks>
internal sealed class V2StateDict : IDisposable
{
    /// <summary>Everything that was saved.</summary>
    public PickleDictionary Content => throw new NotSupportedException();

    /// <summary>The network's parameters and buffers without wrappers' prefixes and without aliases, in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, TensorView>> Tensors => throw new NotSupportedException();

    /// <summary>Their shapes.</summary>
    public IReadOnlyDictionary<string, ValueArray<long>> Shapes => throw new NotSupportedException();

    /// <summary>The trainer's name; empty where it was not noted.</summary>
    public string Trainer => throw new NotSupportedException();

    /// <summary>The configuration that was trained (<c>init_args.configuration</c>); null where it was not noted.</summary>
    public string? Configuration => throw new NotSupportedException();

    /// <summary>Image axes along which inference may mirror; empty where none was noted, as the original takes it.</summary>
    public ValueArray<int> MirrorAxes => throw new NotSupportedException();

    /// <summary>Opens a file and reads everything but the numbers.</summary>
    /// <exception cref="DescribedException">The file cannot be read, is damaged, or holds no network.</exception>
    public static V2StateDict Open(string path) => throw new NotSupportedException();

    /// <summary>The weights, to be read one at a time; closes the file when it is disposed.</summary>
    public StoredWeights Weights() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
