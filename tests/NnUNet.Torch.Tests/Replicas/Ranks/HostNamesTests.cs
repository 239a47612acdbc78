using System.Runtime.InteropServices;
using System.Text;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

public sealed class HostNamesTests
{
    [Fact]
    public void Gathered_ReadsTheNamesOfAll()
    {
        string[] names = HostNames.Gathered("node-1", 2, static (from, to) =>
        {
            byte[] own = new byte[HostNames.Bytes];
            Marshal.Copy(from, own, 0, HostNames.Bytes);
            Marshal.Copy(own, 0, to, HostNames.Bytes);
            Marshal.Copy(Encoding.UTF8.GetBytes("node-2\0"), 0, to + HostNames.Bytes, 7);
        });

        Assert.Equal(["node-1", "node-2"], names);
    }

    [Fact]
    public void LocalRank_CountsThoseOfTheSameHost()
    {
        string[] hosts = ["a", "a", "b", "a", "b"];

        Assert.Equal([0, 1, 0, 2, 1], Enumerable.Range(0, 5).Select(rank => HostNames.LocalRank(hosts, rank)));
    }
}
