using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Interop.V2;
using NnUNet.Testing;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Tests.Networks.V2;

/// <summary>The trained networks of version 2's golden files.</summary>
internal static class GoldenNetworksOfVersion2
{
    /// <summary>Names of the golden folders, with the plans and configuration that each was trained by.</summary>
    public static IReadOnlyDictionary<string, (string Plans, string Configuration)> All { get; } = new Dictionary<string, (string, string)>
    {
        ["plain_2d"] = ("nnUNetPlans", "2d"),
        ["plain_3d"] = ("nnUNetPlans", "3d_fullres"),
        ["resencm_3d"] = ("nnUNetResEncUNetMPlans", "3d_fullres"),
    };

    public static string Folder(string name) => TestData.Golden($"model_v2/results/Dataset004_Hippocampus/nnUNetTrainer__{All[name].Plans}__{All[name].Configuration}");

    public static string Checkpoint(string name) => Path.Combine(Folder(name), "fold_0", "checkpoint_final.pth");

    public static SegmentationNetwork Load(string name)
    {
        JsonNode architecture = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(name), "plans.json")))!["configurations"]![All[name].Configuration]!["architecture"]!;
        V2StateDict checkpoint = V2StateDict.Open(Checkpoint(name));
        V2Network found = V2Network.Of("plans.json", (string)architecture["network_class_name"]!, (JsonObject)architecture["arch_kwargs"]!, checkpoint, 1, 3, checkpoint.MirrorAxes);
        Assert.Empty(found.Warnings);
        SegmentationNetwork network = NetworkFactory.Create(found.Description);
        using StoredWeights weights = checkpoint.Weights();
        NetworkWeights.Load(name, network, [.. weights.Weights.Select(static w => new NamedWeight(w.Name, w.Shape, w.Read) { ReadInto = w.ReadInto })]);
        return network;
    }
}
