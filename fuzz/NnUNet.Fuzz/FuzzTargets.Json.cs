using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Bundles;
using NnUNet.Core.Cropping;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Interop.V1;

namespace NnUNet.Fuzz;

/// <summary>Every kind of JSON file that is read, with the first things that are done with what it says: where a file is believed too early, they fail.</summary>
internal static partial class FuzzTargets
{
    private static readonly string[] Cases = ["p1", "p2", "p3", "p4", "p5"];

    private static void AddJson(Dictionary<string, (string Ending, Action<string> Read)> targets)
    {
        targets["dataset_json"] = (".json", static path =>
        {
            string folder = Path.GetDirectoryName(path)!;
            DatasetDescription description = DatasetDescription.Read(path);
            IReadOnlyList<CaseFiles> cases = DatasetFolder.TrainingCases(folder, description);
            _ = cases.Concat(DatasetFolder.TestCases(folder, description)).SelectMany(DatasetFolder.Missing).Count();
            _ = description.LabelFaults().Concat(DatasetFolder.Count(description, cases)).Concat(DatasetFolder.Duplicates(cases)).Count();
            DeclaredLabels.Of(description).FaultIn(path, new Volume<short>(new Extent(1, 1, 2)));
            _ = (description.ChannelNames.Count, description.ForegroundLabels.Count);
        }
        );
        targets["bundle_json"] = (".json", static path =>
        {
            Bundle bundle = ProductJson.Read<Bundle>(path);
            Volume<short> labels = new([0, 1, 2, 3, 1, 1, 0, 2], new Extent(2, 2, 2));
            GridChange grid = new(bundle.Grid, labels.Extent, labels.Geometry, box: null, path);
            _ = bundle.Models.SelectMany(m => new PartLabels(bundle, m).Found).Count();
            _ = SlabSplit.Of(bundle.Split, new Extent(400, 4, 4)).Sum(static s => s.KeepEnd - s.KeepStart);
            _ = bundle.Crop is null ? null : VoxelBoxes.Around(labels, [1], bundle.Crop.MarginMm);
            foreach (CleaningStep step in CleaningSteps.Chosen(bundle, [])) step.Apply(labels, grid.CubicMm, CancellationToken.None);
            _ = BundleModelFolder.TryFind(bundle, bundle.Models[0], [Path.GetDirectoryName(path)!]);
            ProductJson.Print(bundle);
        }
        );
        targets["splits_json"] = (".json", static path => Folds.Select(Folds.Read(path), "0", Cases));
        targets["plans_json"] = (".json", static path =>
        {
            Plan plan = PlanFile.Read(path);
            _ = plan.PlansPerStage.Keys.SelectMany(stage => CasePreprocessor.RecipeOf(plan, stage).Faults()).Count();
            ProductJson.Print(plan);
        }
        );
        targets["model_json"] = (".json", static path => InFolder(path, Plan.ModelFileName, static folder => ModelFacts.Of(ModelFolder.Open(folder))));
        targets["fingerprint_json"] = (".json", static path =>
        {
            DatasetFingerprint fingerprint = ProductJson.Read<DatasetFingerprint>(path);
            new Planner3DV21().CreatePlan(fingerprint);
            new Planner2DV21().CreatePlan(fingerprint);
        }
        );
        targets["postprocessing_json"] = (".json", static path =>
        {
            PostprocessingDecision decision = PostprocessingDecision.Read(path);
            decision.Apply(new Volume<short>([0, 1, 0, 1, 2, 0, 2, 3], new Extent(2, 2, 2)));
            _ = decision.Text;
        }
        );
        targets["summary_json"] = (".json", static path => InFolder(path, SegmentationSummary.FileName, static folder =>
        {
            SegmentationSummary summary = SegmentationSummary.Read(Path.Combine(folder, SegmentationSummary.FileName));
            summary.ForegroundMean();
            foreach (CaseScores scores in summary.Results.All) _ = scores.CaseId;
            ScoreSheet.Write(Path.Combine(folder, "scores.csv"), summary);
            ProductJson.Print(summary);
        }
        ));
        targets["case_json"] = (".json", static path =>
        {
            CaseProperties properties = ProductJson.Read<CaseProperties>(path);
            _ = (properties.OriginalExtent, properties.CropBbox.Count > 0 ? properties.CropBox : default, properties.Geometry, properties.Image);
        }
        );
        targets["network_json"] = (".json", static path => NetworkOverride.Parse(path).Override(new NetworkDescription { Name = "Generic_UNet", Arguments = JsonSerializer.SerializeToElement(new JsonObject()), MirrorAxes = [0, 1, 2] }));
        targets["debug_json"] = (".json", static path => InFolder(path, "debug.json", static folder => V1TrainerRecord.Debug(folder, axes: 3)));
        targets["result_json"] = (".json", static path => ProductJson.Read<ResultRecord>(path));
        targets["verified_json"] = (".json", static path => ProductJson.Read<VerificationRecord>(path));
    }

    /// <summary>Reads a file under the name that its reader looks for.</summary>
    private static void InFolder(string path, string name, Action<string> read)
    {
        string folder = Directory.CreateTempSubdirectory("nnunet-fuzz-").FullName;
        try
        {
            File.Copy(path, Path.Combine(folder, name));
            read(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
