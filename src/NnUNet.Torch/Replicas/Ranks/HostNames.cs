using System.Text;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>The hosts of all ranks, gathered as bytes of fixed length.</summary>
internal static unsafe class HostNames
{
    /// <summary>The bytes of a name: POSIX allows 255 and an end.</summary>
    public const int Bytes = 256;

    /// <summary>The names of all ranks.</summary>
    /// <param name="own">The own one.</param>
    /// <param name="world">The number of ranks.</param>
    /// <param name="gather">Gathers <see cref="Bytes"/> bytes from each rank: from an address, to another one.</param>
    public static string[] Gathered(string own, int world, Action<nint, nint> gather)
    {
        byte[] from = new byte[Bytes];
        byte[] to = new byte[Bytes * world];
        Encoding.UTF8.GetBytes(own.AsSpan(0, Math.Min(own.Length, (Bytes - 1) / 3)), from);
        fixed (byte* source = from, target = to) gather((nint)source, (nint)target);
        return [.. Enumerable.Range(0, world).Select(rank => Encoding.UTF8.GetString(to, rank * Bytes, Bytes).TrimEnd('\0'))];
    }

    /// <summary>The number of a rank among those of its host.</summary>
    public static int LocalRank(IReadOnlyList<string> hosts, int rank) => hosts.Take(rank).Count(host => host == hosts[rank]);
}
