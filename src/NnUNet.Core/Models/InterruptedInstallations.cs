using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>Installations of models that were interrupted.</summary>
public static class InterruptedInstallations
{
    /// <summary>Completes those whose process has ended, and removes what they left; those of running processes are not touched.</summary>
    /// <param name="modelsFolder">The folder of all models (<see cref="Workspace.Models"/>); nothing happens where there is none.</param>
    /// <returns>What was done, each in one sentence for people.</returns>
    public static ValueArray<string> Recover(string modelsFolder) => StagingFolder.Recover(modelsFolder);
}
