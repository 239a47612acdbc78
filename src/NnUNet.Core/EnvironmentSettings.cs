using System.Globalization;

namespace NnUNet.Core;

/// <summary>The other environment variables of the original, and of its libraries, that mean here what they mean there.</summary>
public sealed record EnvironmentSettings
{
    /// <summary>The variable of <see cref="DefaultThreads"/>.</summary>
    public const string DefaultVariable = "nnUNet_def_n_proc";

    /// <summary>The variable of <see cref="OperationThreads"/>.</summary>
    public const string OperationVariable = "OMP_NUM_THREADS";

    /// <summary>The variable of <see cref="AugmentationThreads"/>.</summary>
    public const string AugmentationVariable = "nnUNet_n_proc_DA";

    /// <summary>The variable of <see cref="PreprocessingThreads"/>.</summary>
    public const string PreprocessingVariable = "nnUNet_npp";

    /// <summary>The variable of <see cref="ExportThreads"/>.</summary>
    public const string ExportVariable = "nnUNet_nps";

    /// <summary>Cases that a prediction by nnU-Net v2's commands preprocesses at a time (<c>nnUNet_npp</c>; 0 as 1); null where it is not set.</summary>
    public int? PreprocessingThreads { get; init; }

    /// <summary>Cases that a prediction by nnU-Net v2's commands exports at a time (<c>nnUNet_nps</c>; 0 as 1); null where it is not set.</summary>
    public int? ExportThreads { get; init; }

    /// <summary>Threads for work on cases (<c>nnUNet_def_n_proc</c>); null where it is not set.</summary>
    public int? DefaultThreads { get; init; }

    /// <summary>Threads for augmentation (<c>nnUNet_n_proc_DA</c>); null where it is not set.</summary>
    public int? AugmentationThreads { get; init; }

    /// <summary>Threads of one operation of torch (<c>OMP_NUM_THREADS</c>; of a list, the first); null where it is not set.</summary>
    public int? OperationThreads { get; init; }

    /// <summary>Threads of our own loops over cases, slices and rows: <see cref="DefaultThreads"/>, else <see cref="OperationThreads"/>; null where neither is set.</summary>
    public int? LoopThreads => DefaultThreads ?? OperationThreads;

    /// <summary>The visible devices (<c>CUDA_VISIBLE_DEVICES</c>) as they are written; null where it is not set.</summary>
    public string? CudaVisibleDevices { get; init; }

    /// <summary>What the environment says now.</summary>
    /// <exception cref="WorkspaceException">A number of threads is not a positive number.</exception>
    public static EnvironmentSettings Read() => Read(Variable);

    internal static EnvironmentSettings Read(Func<string, string?> variable) => new()
    {
        DefaultThreads = Count(DefaultVariable, variable(DefaultVariable)),
        AugmentationThreads = Count(AugmentationVariable, variable(AugmentationVariable)),
        OperationThreads = Count(OperationVariable, variable(OperationVariable)?.Split(',')[0]), // of nested teams the outer one
        PreprocessingThreads = Count(PreprocessingVariable, variable(PreprocessingVariable), least: 0),
        ExportThreads = Count(ExportVariable, variable(ExportVariable), least: 0),
        CudaVisibleDevices = variable("CUDA_VISIBLE_DEVICES"),
    };

#pragma warning disable RS0030 // this file is the one place that reads environment variables
    internal static string? Variable(string name) => Environment.GetEnvironmentVariable(name);
#pragma warning restore RS0030

    private static int? Count(string name, string? value, int least = 1)
    {
        if (string.IsNullOrWhiteSpace(value)) return null;
        return int.TryParse(value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int count) && count >= least
            ? count
            : throw new WorkspaceException($"variable {name}", $"\"{value}\" is not a number of threads", $"set it to a whole number of at least {least}, or unset it");
    }
}
