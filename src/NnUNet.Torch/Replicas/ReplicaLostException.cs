namespace NnUNet.Torch.Replicas;

/// <summary>Another replica cannot go on, so this one cannot either. What happened there is told by that one.</summary>
internal sealed class ReplicaLostException : Exception
{
    /// <summary>An exception that tells nothing more.</summary>
    public ReplicaLostException()
        : this("another replica has failed")
    {
    }

    /// <summary>An exception with what is known.</summary>
    public ReplicaLostException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its cause.</summary>
    public ReplicaLostException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
