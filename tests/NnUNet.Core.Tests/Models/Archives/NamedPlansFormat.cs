using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Models.Archives;

/// <summary>Folders as nnU-Net v2 has them, with a checkpoint that is the text <c>TRAINER CONFIGURATION</c>: what the installer asks of a format, without networks.</summary>
[CatalogName("test_named_plans")]
public sealed class NamedPlansFormat : ModelFormat
{
    /// <inheritdoc/>
    public override string Title => "plans with configurations, of a test";

    /// <inheritdoc/>
    public override string CheckpointEnding => ".pth";

    /// <inheritdoc/>
    public override string PlansFileName => "plans.json";

    /// <inheritdoc/>
    public override bool Recognizes(string folder) => File.Exists(Path.Combine(folder, PlansFileName)) && Plans(folder)["configurations"] is not null;

    /// <inheritdoc/>
    public override string? FolderName(string folder)
    {
        string checkpoint = Path.Combine(folder, "fold_0", "checkpoint_final.pth");
        return File.Exists(checkpoint) && File.ReadAllText(checkpoint).Split(' ') is [var trainer, var configuration] ? $"{trainer}__{Plans(folder)["plans_name"]}__{configuration}" : null;
    }

    /// <inheritdoc/>
    public override StoredModel Read(string folder, string? network = null)
    {
        Plan plan = SmallPlan.Create();
        return new StoredModel(PlanContract.Of(plan, 1, plan.Network!), "T", []);
    }

    /// <inheritdoc/>
    public override StoredWeights OpenWeights(string checkpoint) => throw new NotSupportedException();

    private static JsonNode Plans(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "plans.json")))!;
}
