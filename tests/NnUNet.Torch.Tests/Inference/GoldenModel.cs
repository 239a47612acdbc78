using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Tests.Networks;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>The original's trained hippocampus model as a model folder of ours: its plan and its weights.</summary>
public sealed class GoldenModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _written;

    /// <summary>The model folder; written at the first call.</summary>
    public string Folder()
    {
        if (_written) return _folder.Root;

        Plan plan = ProductJson.Read<Plan>(TestData.Golden("hippocampus/nnUNetPlansv2.1_plans_3D.json"));
        ProductJson.Write(_folder["plans.json"], plan with { Network = GoldenNetwork.Description });
        using SegmentationNetwork network = GoldenNetwork.Load();
        Checkpoint.Save(_folder["fold_0/model_final_checkpoint.safetensors"], network, null, new { epoch = 6 });
        _written = true;
        return _folder.Root;
    }

    public void Dispose() => _folder.Dispose();
}
