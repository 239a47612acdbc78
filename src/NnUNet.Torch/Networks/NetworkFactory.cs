using System.Text.Json;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>A kind of network by name: derives its arguments from a plan, and builds it from them.</summary>
/// <remarks>
/// The point of extension for networks: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless
/// constructor. What <see cref="Describe"/> returns is written into a model folder's <c>plans.json</c>, from which
/// <see cref="Create"/> builds the network again without any trainer's code.
/// </remarks>
public abstract class NetworkFactory
{
    /// <summary>The description of the network that a plan's stage asks for.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The stage's number.</param>
    /// <param name="extraInputChannels">Channels behind the images': the foreground classes of the cascade's first stage, or 0.</param>
    /// <exception cref="DescribedException">The plan has no such stage.</exception>
    public abstract NetworkDescription Describe(Plan plan, int stage, int extraInputChannels = 0);

    /// <summary>Builds the network on the CPU; its parameters are zeros.</summary>
    /// <exception cref="DescribedException">The arguments are not those of this kind of network.</exception>
    public abstract SegmentationNetwork Build(NetworkDescription description);

    /// <summary>Reads the arguments in a description as a record.</summary>
    /// <typeparam name="T">The record of the network's arguments.</typeparam>
    /// <exception cref="DescribedException">They do not fit the record.</exception>
    public static T Arguments<T>(NetworkDescription description) =>
        ProductJson.From<T>($"network {description.Name}: arguments", description.Arguments, "take the network from the plans.json that training wrote");

    /// <summary>Classes of the logits of a network for a plan, the background counted, as the model's contract has them.</summary>
    protected internal static int ClassesOf(Plan plan) => PlanContract.LabelsOf(plan).Outputs;

    /// <summary>The plan of a stage.</summary>
    /// <exception cref="DescribedException">The plan has no such stage.</exception>
    protected static ConfigurationPlan StageOf(Plan plan, int stage) => plan.PlansPerStage.TryGetValue(stage, out ConfigurationPlan? configuration)
        ? configuration
        : throw new DescribedException("plans", $"there is no stage {stage}, only {string.Join(", ", plan.PlansPerStage.Keys)}", "choose another configuration");

    /// <summary>A description for a stage of a plan, to be mirrored along all axes.</summary>
    /// <param name="name">The network's name in the catalogue.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The stage's number.</param>
    /// <param name="arguments">A record of the network's arguments, which becomes JSON.</param>
    protected static NetworkDescription Describe<T>(string name, Plan plan, int stage, T arguments) => new()
    {
        Name = name,
        Arguments = JsonSerializer.SerializeToElement(arguments, ProductJson.Options),
        MirrorAxes = Enumerable.Range(0, StageOf(plan, stage).PatchSize.Count).ToValueArray(),
        Stage = plan.PlansPerStage.Count > 1 ? stage : null,
    };

    /// <summary>Number of the network's outputs with deep supervision, among which a training divides the loss.</summary>
    /// <param name="stage">The stage that the network is described for.</param>
    /// <returns>One for each resolution of the plan but the coarsest.</returns>
    public virtual int Outputs(ConfigurationPlan stage) => stage.PoolOpKernelSizes.Count(static p => p.Any(static s => s > 1));

    /// <summary>Builds the network that a description names.</summary>
    /// <exception cref="CatalogException">No network has that name.</exception>
    /// <exception cref="DescribedException">The arguments are not those of this kind of network.</exception>
    public static SegmentationNetwork Create(NetworkDescription description) => Of(description).Build(description);

    /// <summary>The kind of network that a description names; needs no torch.</summary>
    /// <exception cref="CatalogException">No network has that name.</exception>
    internal static NetworkFactory Of(NetworkDescription description) => Catalog<NetworkFactory>.Contains(description.Name)
        ? Catalog<NetworkFactory>.Create(description.Name)
        : throw new CatalogException(
            $"network {description.Name}",
            "no network of this name is known",
            $"where it is one of your own, name its assembly with --plugin; {Nearest.Remedy(description.Name, Catalog<NetworkFactory>.Names)}");
}
