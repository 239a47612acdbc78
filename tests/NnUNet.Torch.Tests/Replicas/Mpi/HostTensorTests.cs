using NnUNet.Torch.Replicas;
using NnUNet.Torch.Replicas.Mpi;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Replicas.Mpi;

public sealed class HostTensorTests : LeakCheckedTest
{
    [Fact]
    public void ATensorOfTheHost_IsTakenAsItIs()
    {
        using Tensor values = ones(3);

        using (HostTensor host = new(values))
        {
            Assert.Equal(TensorMemory.Of(values), TensorMemory.Of(host.Values));
            host.WriteBack();
        }

        Assert.False(values.IsInvalid);
    }
}
