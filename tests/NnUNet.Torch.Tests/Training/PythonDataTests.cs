using System.Globalization;
using System.Text.Json;
using NnUNet.Core.Planning;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Interop.V1;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A preprocessed task as the Python original leaves it: plan, cases and splits as pickles.</summary>
public sealed class PythonDataTests : LeakCheckedTest
{
    [Fact]
    public void TrainingOnTheOriginalsFiles_GivesTheSameNumbersAsOnOurs()
    {
        // Given
        using ToyTask ours = new();
        using ToyTask theirs = new();
        ToPython(theirs);
        List<string> told = [];

        // When
        TrainingRun.Execute(ours.Options);
        TrainingResult result = TrainingRun.Execute(theirs.Options, new Watch(p => told.Add(p.Text)));

        // Then
        Assert.True(result.Completed);
        Assert.Equal(State(ours).Curves.Select(static e => (e.TrainingLoss, e.ValidationLoss, e.Dice)), State(theirs).Curves.Select(static e => (e.TrainingLoss, e.ValidationLoss, e.Dice)));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(theirs.PlansPath)!, "*_plans_3D.json"));
        Assert.DoesNotContain(told, static t => t.StartsWith("warning", StringComparison.Ordinal));
    }

    [Fact]
    public void APlanBesideAPickleThatSaysOtherwise_IsTold()
    {
        // Given
        using ToyTask toy = new();
        Plan plan = PlanFile.Read(toy.PlansPath);
        PickleFile.Write(Path.ChangeExtension(toy.PlansPath, ".pkl"), V1PlanWriter.ToPickle(plan with { BaseNumFeatures = 8 }));
        List<string> told = [];

        // When
        TrainingRun.Execute(toy.Options with { Epochs = 1, Iterations = 1 }, new Watch(p => told.Add(p.Text)));

        // Then
        Assert.Contains(told, static t => t.StartsWith("warning: nnUNetPlansv2.1_plans_3D.json counts", StringComparison.Ordinal) && t.Contains("base_num_features 8, not 4", StringComparison.Ordinal));
    }

    private static TrainingState State(ToyTask toy) => TrainingRunTests.Final(toy).State;

    /// <summary>Puts the original's files in the place of ours.</summary>
    private static void ToPython(ToyTask toy)
    {
        PickleFile.Write(Path.ChangeExtension(toy.PlansPath, ".pkl"), V1PlanWriter.ToPickle(PlanFile.Read(toy.PlansPath)));
        File.Delete(toy.PlansPath);
        string cases = Path.Combine(Path.GetDirectoryName(toy.PlansPath)!, "nnUNetData_plans_v2.1_stage0");
        foreach (string json in Directory.GetFiles(cases, "*.json"))
        {
            string stem = Path.ChangeExtension(json, null);
            using JsonDocument properties = JsonDocument.Parse(File.ReadAllText(json));
            PickleDictionary pickle = (PickleDictionary)PickleJson.FromElement(properties.RootElement)!, locations = new();
            foreach ((string label, NpyArray drawn) in NpzFile.Read(stem + "_locations.npz"))
            {
                long[] places = [.. drawn.ToArray<int>().Select(static n => (long)n)];
                locations[long.Parse(label, CultureInfo.InvariantCulture)] = PickleArray.From<long>(places, places.Length / 3, 3);
            }

            pickle["class_locations"] = locations;
            NpyArray array = NpyFile.Read(stem + ".npy");
            foreach (string own in (string[])[json, stem + ".npy", stem + "_locations.npz"]) File.Delete(own);
            PickleFile.Write(stem + ".pkl", pickle);
            NpzFile.Write(stem + ".npz", [NpzEntry.From<float>("data", array.ToArray<float>(), [.. array.Shape])]);
        }
    }
}
