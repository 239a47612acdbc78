using System.Globalization;
using NnUNet.Core;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>What the environment says about how processes of one training are joined.</summary>
internal sealed record RankSettings
{
    /// <summary>The variable of <see cref="Timeout"/>.</summary>
    public const string TimeoutVariable = "NNUNET_RANK_TIMEOUT";

    /// <summary>The variable of <see cref="MpiLibrary"/>.</summary>
    public const string MpiVariable = "NNUNET_MPI_LIBRARY";

    /// <summary>The variable of <see cref="NcclLibrary"/>.</summary>
    public const string NcclVariable = "NNUNET_NCCL_LIBRARY";

    /// <summary>How long a process may be silent before the training is ended (<c>NNUNET_RANK_TIMEOUT</c>, in seconds).</summary>
    /// <value>60 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The file or name of the MPI library (<c>NNUNET_MPI_LIBRARY</c>); null: the one of the launcher, else the first there is.</summary>
    public string? MpiLibrary { get; init; }

    /// <summary>The file or name of the NCCL library (<c>NNUNET_NCCL_LIBRARY</c>); null: the one in libtorch, else the system's.</summary>
    public string? NcclLibrary { get; init; }

    /// <summary>What the environment says now.</summary>
    /// <exception cref="ReplicaException">The limit is not a positive number of seconds.</exception>
    public static RankSettings Read() => Read(EnvironmentSettings.Variable);

    internal static RankSettings Read(Func<string, string?> variable)
    {
        RankSettings settings = new() { MpiLibrary = Named(variable(MpiVariable)), NcclLibrary = Named(variable(NcclVariable)) };
        return Named(variable(TimeoutVariable)) is { } seconds ? settings with { Timeout = Seconds(seconds) } : settings;
    }

    private static string? Named(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static TimeSpan Seconds(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 1 and <= 1e6
            ? TimeSpan.FromSeconds(seconds)
            : throw new ReplicaException($"variable {TimeoutVariable}", $"\"{value}\" is not a number of seconds", "set it to a number from 1 to 1000000, or unset it");
}
