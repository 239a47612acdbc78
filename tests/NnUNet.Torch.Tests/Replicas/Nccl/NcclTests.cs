using NnUNet.Torch.Replicas.Nccl;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Nccl;

/// <summary>What of NCCL can be tested where there is no GPU.</summary>
public sealed class NcclTests
{
    [Fact]
    public void AnIdentityAsText_IsReadBack()
    {
        NcclId id = default;
        for (int i = 0; i < NcclId.Size; i++) id[i] = (byte)(i * 7);

        NcclId read = NcclId.Parse(id.ToString());

        Assert.Equal(((ReadOnlySpan<byte>)id).ToArray(), ((ReadOnlySpan<byte>)read).ToArray());
        Assert.Equal(id.ToString(), read.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0011")]
    [InlineData("zz")]
    public void NoIdentity_IsRefused(string text)
    {
        string padded = text.StartsWith('z') ? string.Concat(Enumerable.Repeat(text, NcclId.Size)) : text;

        ReplicaException error = Assert.Throws<ReplicaException>(() => NcclId.Parse(padded));

        Assert.Equal("variable NNUNET_NCCL_ID", error.Where);
    }

    [Theory]
    [InlineData("/nowhere/libnccl.so.2")]
    [InlineData("LibTorchSharp")] // it loads, but is no NCCL
    public void ALibraryWithoutItsFunctions_IsNamed(string name)
    {
        ReplicaException error = Assert.Throws<ReplicaException>(() => NcclLibrary.Load(name));

        Assert.Equal($"variable NNUNET_NCCL_LIBRARY: there is no NCCL in {name}; use a build for CUDA on Linux, install libnccl2, or set NNUNET_NCCL_LIBRARY to the file.", error.Message);
    }

    [SkippableFact]
    public void TheLibrarysFunctions_AreThere()
    {
        NcclLibrary? nccl = null;
        Exception? fault = Record.Exception(() => nccl = NcclLibrary.Load(null));
        Skip.If(fault is ReplicaException { What: "there is no NCCL in torch_cuda or libnccl.so.2" }, "this build has no NCCL (CUDA on Linux has)");

        Assert.Null(fault);
        Assert.StartsWith("2.", nccl!.Version, StringComparison.Ordinal);
    }

    [Fact]
    public void JoiningWithoutARank_SaysWhatIsMissing()
    {
        ReplicaException error = Assert.Throws<ReplicaException>(static () => NcclCommunicator.Join(new RankSettings(), new RankEnvironment(RankStart.None, null, null, null), default, 0, static _ => { }));

        Assert.Equal("NCCL: this process does not know which rank it is; set NNUNET_RANK, NNUNET_WORLD_SIZE and NNUNET_LOCAL_RANK.", error.Message);
    }
}
