using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>The values of a tensor on the host: its own, or a copy of those of a device.</summary>
internal sealed class HostTensor : IDisposable
{
    private readonly Tensor _tensor;
    private readonly Tensor? _copy;

    /// <summary>Copies the values of a device, once it has computed them.</summary>
    /// <param name="tensor">Contiguous; must live as long as this.</param>
    public HostTensor(Tensor tensor)
    {
        _tensor = tensor;
        if (tensor.device_type == DeviceType.CPU) return;

        // What ends with a scope would be taken away from under a sum that is going on.
        _copy = tensor.detach().cpu().DetachFromDisposeScope();
    }

    /// <summary>On the host, of the tensor's shape.</summary>
    public Tensor Values => _copy ?? _tensor;

    /// <summary>Copies the values back to the device.</summary>
    public void WriteBack()
    {
        if (_copy is null) return;
        using (no_grad()) _tensor.copy_(_copy);
    }

    /// <inheritdoc/>
    public void Dispose() => _copy?.Dispose();
}
