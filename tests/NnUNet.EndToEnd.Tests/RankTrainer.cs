using System.Diagnostics;
using System.Globalization;
using NnUNet.Core;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;

namespace NnUNet.EndToEnd.Tests;

/// <summary>A small trainer, in which something can befall one of several ranks at the beginning of the second epoch.</summary>
[CatalogName(Name)]
public sealed class RankTrainer : TrainerRecipe
{
    public const string Name = "rankTrainer";

    /// <summary>The variable that says what, to which rank of mpirun, and the file that tells the moment: <c>kill 1 FILE</c>.</summary>
    public const string FaultVariable = "NNUNET_TEST_FAULT";

    private const int FaultyEpoch = 1;

    /// <summary>Less than a checkpoint has, and more than what mpirun writes while it runs.</summary>
    private const int FullAt = 60_000;

    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => AugmentationSettings.ForPlan(plan) with { MirrorAxes = [] };

    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.Change(network, static a => a with { BaseFeatures = 8, MaxFeatures = 32 });

    /// <summary>The momentum of an epoch, which every rank asks for at its beginning.</summary>
    public override double MomentumAt(int epoch, int epochs)
    {
        if (epoch == FaultyEpoch && EnvironmentSettings.Variable(FaultVariable)?.Split(' ') is [var what, var rank, var file] && rank == EnvironmentSettings.Variable("OMPI_COMM_WORLD_RANK"))
        {
            File.WriteAllText(file, what);
            Befall(what);
        }

        return base.MomentumAt(epoch, epochs);
    }

    private static void Befall(string what)
    {
        switch (what)
        {
            case "exception":
                throw new InvalidOperationException("a fault of the test");
            case "exit":
                Environment.Exit(3);
                break;
            case "full":
                Run("prlimit", $"--fsize={FullAt}", "--pid", Own);
                break;
            default:
                Run("kill", $"-{what}", Own);
                break;
        }
    }

    private static string Own => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
