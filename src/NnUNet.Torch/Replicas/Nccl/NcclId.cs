using System.Runtime.CompilerServices;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Replicas.Nccl;

/// <summary>The identity of a communicator of NCCL (ncclUniqueId): rank 0 or the starter makes it, all ranks must know it.</summary>
[InlineArray(Size)]
internal struct NcclId
{
    /// <summary>NCCL_UNIQUE_ID_BYTES.</summary>
    public const int Size = 128;

    private byte _first;

    /// <summary>As text of one line, for environment variables.</summary>
    public override readonly string ToString() => Convert.ToHexStringLower((ReadOnlySpan<byte>)this);

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    /// <exception cref="ReplicaException">It is not 128 bytes in hexadecimal digits.</exception>
    public static NcclId Parse(string text)
    {
        NcclId id = default;
        return text.Length == 2 * Size && Convert.FromHexString(text, id, out _, out _) == System.Buffers.OperationStatus.Done
            ? id
            : throw new ReplicaException($"variable {RankEnvironment.NcclIdVariable}", $"it is not an identity of NCCL: {Size} bytes in hexadecimal digits", "let the program start the processes, or use mpirun");
    }
}
