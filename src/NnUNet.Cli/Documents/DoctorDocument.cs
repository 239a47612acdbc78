using NnUNet.Core;

namespace NnUNet.Cli.Documents;

/// <summary>What <c>nnunet doctor</c> found: <c>nnunet/doctor/1</c>.</summary>
internal sealed record DoctorDocument
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/doctor/1";

    /// <summary>Versions of the parts.</summary>
    public required DoctorVersions Versions { get; init; }

    /// <summary>What computes.</summary>
    public required DoctorComputing Computing { get; init; }

    /// <summary>Memory.</summary>
    public required DoctorMemory Memory { get; init; }

    /// <summary>The three folders in force.</summary>
    public required IReadOnlyList<DoctorFolder> Folders { get; init; }

    /// <summary>What would keep nnU-Net from working.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}

/// <summary>Versions; those of libtorch are null where it does not load.</summary>
internal sealed record DoctorVersions(string Program, string Dotnet, string? Libtorch, string? Torchsharp, string System, string Runtime);

/// <summary>What computes.</summary>
internal sealed record DoctorComputing(IReadOnlyList<DoctorDevice> Devices, int Cores, int? TorchThreads, string TorchThreadsSource, int CaseThreads, string CaseThreadsSource, string Instructions, bool Bfloat16);

/// <summary>A device as <c>--device</c> takes it, and the precision of its convolutions.</summary>
internal sealed record DoctorDevice(string Name, string Precision);

/// <summary>Bytes of memory; free ones are null where the system does not tell.</summary>
internal sealed record DoctorMemory(long MachineBytes, long? FreeBytes, long CaseBytes);

/// <summary>A folder of the workspace.</summary>
internal sealed record DoctorFolder(string Name, string Path, string Source, bool Exists, long? FreeBytes)
{
    /// <summary>The folder as it is now.</summary>
    public static DoctorFolder Of(WorkspaceFolder folder) => new(folder.Name, folder.Path, folder.Source, Directory.Exists(folder.Path), Machine.DiskSpace.Free(folder.Path));
}
