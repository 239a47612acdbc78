using NnUNet.Core;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests;

/// <summary>What a test that kills a process runs in it; the test runner does not come here.</summary>
internal static class Program
{
    /// <summary>The first argument that a training in a child process is started with.</summary>
    public const string TrainToy = "train-toy";

    /// <summary>Arguments: <see cref="TrainToy"/>, the workspace, the epochs, whether to continue, and the precision of a new training.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments is not [TrainToy, string folder, string epochs, string isContinued, string precision]) return 2;

        bool continues = bool.Parse(isContinued);
        TrainingOptions options = ToyTask.OptionsIn(Workspace.Resolve(new WorkspaceOptions { Directory = folder }));
        TrainingRun.Execute(options with { Epochs = continues ? null : int.Parse(epochs, System.Globalization.CultureInfo.InvariantCulture), Iterations = continues ? null : options.Iterations, Continue = continues, LoaderThreads = 3, Precision = continues ? null : Enum.Parse<ComputePrecision>(precision) });
        return 0;
    }
}
