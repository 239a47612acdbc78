using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Benchmarks.Pipeline;

/// <summary>A model of the hippocampus plan with weights that are drawn, not trained: a prediction takes as long with them.</summary>
internal static class HippocampusModel
{
    /// <summary>Writes a model's folder with one fold.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="change">What is different from the hippocampus plan; null for nothing.</param>
    public static void Write(string folder, Func<Plan, Plan>? change = null)
    {
        TorchRuntime.Initialize();
        Plan plan = BenchmarkPlans.Hippocampus();
        plan = change is null ? plan : change(plan);
        plan = plan with { Network = new GenericUNetFactory().Describe(plan, 0) };
        ProductJson.Write(Path.Combine(folder, Plan.ModelFileName), plan);
        using SegmentationNetwork network = NetworkFactory.Create(plan.Network);
        network.Initialize(1);
        Checkpoint.Save(Path.Combine(folder, "fold_0", "model_final_checkpoint.safetensors"), network, null, new { epoch = 0 });
    }
}
