using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Fuzz;

/// <summary>The readers of models of nnU-Net v2.</summary>
internal static partial class FuzzTargets
{
    private static void AddVersion2(Dictionary<string, (string Ending, Action<string> Read)> targets)
    {
        targets["v2plans_json"] = (".json", static path =>
        {
            V2Plans plans = ProductJson.Read<V2Plans>(path);
            V2Dataset dataset = new(["CT"], new LabelContract { Foreground = [1, 2] }, null, []);
            foreach (string name in plans.Names)
            {
                V2Configuration configuration = plans.Configuration(path, name);
                _ = V2ModelFormat.RecipeOf(plans, configuration, dataset).Faults().Count();
                (string? className, JsonObject? arguments) = configuration.Network();
                if (className is not null && arguments is not null) V2Network.Describe(configuration.Where, className, arguments, 1, 3, []);
            }
        }
        );
        targets["v2dataset_json"] = (".json", static path =>
        {
            LabelContract labels = V2Dataset.Read(path).Labels;
            _ = (labels.Faults().Count(), labels.Structures.Count, labels.Scored.Count, labels.NamesByValue().Count);
        }
        );
        targets["v2checkpoint"] = (".pth", static path =>
        {
            using V2StateDict checkpoint = V2StateDict.Open(path);
            NetworkDescription network = V2Network.Of("plans.json", null, null, checkpoint, 1, 2, checkpoint.MirrorAxes).Description;
            using StoredWeights weights = checkpoint.Weights();
            foreach (StoredWeight weight in weights.Weights) _ = weight.Read().Length;
            _ = network.Name;
        }
        );
    }
}
