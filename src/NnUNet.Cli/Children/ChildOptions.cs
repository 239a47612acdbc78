using System.Diagnostics;
using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Cli.Children;

/// <summary>What all children of a command have in common: folders, plug-ins, and their shares of memory and cores.</summary>
/// <param name="call">The parent's command.</param>
/// <param name="devices">How many devices share the machine.</param>
internal sealed class ChildOptions(Invocation call, int devices)
{
    /// <summary>Cores of one child.</summary>
    public int Cores { get; } = Math.Max(1, Environment.ProcessorCount / devices);

    /// <summary>A start of a child.</summary>
    /// <param name="command">Its command with its own arguments.</param>
    /// <param name="device">The device that it computes on.</param>
    /// <param name="threads">Threads of one operation of torch.</param>
    /// <param name="loaderThreads">Threads that make batches; null where it makes none.</param>
    public ProcessStartInfo Start(IEnumerable<string> command, TorchDevice device, int threads, int? loaderThreads)
    {
        Workspace workspace = call.WorkspaceOr(null);
        ProcessStartInfo start = OwnProgram.With(
        [
            .. command,
            "--raw", workspace.Raw, "--preprocessed", workspace.Preprocessed, "--results", workspace.Results,
            "--device", device.ToString(), MemoryLimit.OptionName, Gigabytes(MemoryLimit.Bytes),
            .. call.Plugins.SelectMany(static plugin => (string[])["--plugin", plugin]),
            .. call.Debug ? ["--debug"] : Array.Empty<string>(),
            ParentLink.OptionName, Text(devices),
        ]);
        start.Environment[EnvironmentSettings.OperationVariable] = Text(threads);
        if (EnvironmentSettings.Read().DefaultThreads is null) start.Environment[EnvironmentSettings.DefaultVariable] = Text(Cores);
        if (loaderThreads is { } loaders) start.Environment[EnvironmentSettings.AugmentationVariable] = Text(loaders);
        return start;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Gigabytes(long bytes) => ((double)bytes / (1L << 30)).ToString("R", CultureInfo.InvariantCulture);
}
