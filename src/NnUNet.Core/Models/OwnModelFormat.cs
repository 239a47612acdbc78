using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>The program's own model folders: <c>plans.json</c> with the network, and <c>fold_k/*.safetensors</c>.</summary>
[CatalogName("nnunet_dotnet")]
public sealed class OwnModelFormat : ModelFormat
{
    /// <summary>The kind of states of SGD: the accumulated gradient.</summary>
    public const string MomentumKind = "momentum";

    /// <summary>The key of a checkpoint's metadata under which the training's record stands, as JSON.</summary>
    public const string RecordKey = "record";

    /// <summary>Between kind and parameter in the name of an optimiser's state, <c>KIND/NAME</c>; no weight has it in its name.</summary>
    public const char StateMark = '/';

    /// <summary>Whether a tensor of a checkpoint is a state of the optimiser, for training to go on, and no weight.</summary>
    public static bool IsState(string name) => name.Contains(StateMark, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string Title => "nnU-Net for .NET";

    /// <inheritdoc/>
    public override string CheckpointEnding => ModelFolder.CheckpointEnding;

    /// <inheritdoc/>
    public override string PlansFileName => Plan.ModelFileName;

    /// <summary>Whether the folder has a <c>plans.json</c> with the stages of nnU-Net v1: other programs' files are called so too.</summary>
    public override bool Recognizes(string folder)
    {
        string plans = Path.Combine(folder, Plan.ModelFileName);
        return File.Exists(plans) && InputFile.ReadBytes(plans).AsSpan().IndexOf("\"plans_per_stage\""u8) >= 0;
    }

    /// <inheritdoc/>
    public override StoredModel Read(string folder, string? network = null)
    {
        string plans = Path.Combine(folder, Plan.ModelFileName);
        if (network is not null) throw new DescribedException(plans, $"the network is told here, so that {network} cannot replace it", "leave the network out, or edit the key network of this file");

        Plan plan = ProductJson.Read<Plan>(plans);
        NetworkDescription description = plan.Network
            ?? throw new DescribedException(plans, "the key network is missing", "use the plans.json that training writes into the model folder, not a plan of the preprocessed data");
        int stage = StageOf(folder, plan, description.Stage);
        return plan.PlansPerStage.ContainsKey(stage)
            ? new StoredModel(PlanContract.Of(plan, stage, description, ModelPostprocessing.Of(folder)), "", PlanFile.UnknownKeys(plan).Select(key => $"{plans}: {key}").ToValueArray()) { Plan = plan, Stage = stage }
            : throw new DescribedException(plans, $"network.stage is {stage}, but plans_per_stage has {string.Join(", ", plan.PlansPerStage.Keys)}", "correct the plan");
    }

    /// <inheritdoc/>
    public override StoredWeights OpenWeights(string checkpoint)
    {
        SafetensorsFile file = SafetensorsFile.Open(checkpoint);
        return new StoredWeights(
            [.. file.Entries.Where(static e => !IsState(e.Name)).Select(e => new StoredWeight(e.Name, e.Shape, () => file.ReadFloat32(e.Name)))],
            file);
    }
}
