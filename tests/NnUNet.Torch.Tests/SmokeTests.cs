namespace NnUNet.Torch.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Torch_Loads() => Assert.Equal(3, TorchSharp.torch.ones(3).sum().item<float>());
}
