using System.Globalization;
using System.Text.Json;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Interop.V2.Results;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V2.Results;

public sealed class ProbabilityEnsembleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void OneModelOfTheOriginal_IsItsSegmentation()
    {
        // Given: the properties are recorded as JSON
        foreach (string model in (string[])["plain_2d", "plain_3d", "resencm_3d"])
        {
            string golden = TestData.Golden($"model_v2/predictions/{model}/tta");
            Directory.CreateDirectory(_folder[model]);
            foreach (string name in (string[])["hippocampus_098.npz", "dataset.json", "plans.json"]) File.Copy(Path.Combine(golden, name), _folder[$"{model}/{name}"]);
            PickleFile.Write(_folder[$"{model}/hippocampus_098.pkl"], PickleJson.FromElement(JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "hippocampus_098.properties.json"))).RootElement));

            // When
            ProbabilityEnsemble.Merge([_folder[model]], _folder[model + "_out"], saves: false, Loop());

            // Then
            Volume<short> expected = ImageFile.ReadLabels(Path.Combine(golden, "hippocampus_098.nii.gz")), actual = ImageFile.ReadLabels(_folder[model + "_out/hippocampus_098.nii.gz"]);
            Assert.Equal(expected.Geometry, actual.Geometry);
            int others = expected.Voxels.Zip(actual.Voxels).Count(static pair => pair.First != pair.Second);
            Assert.True(others <= expected.Voxels.Length / 10000, string.Create(CultureInfo.InvariantCulture, $"{model}: {others} of {expected.Voxels.Length} voxels differ"));
        }

        // When: all three
        ProbabilityEnsemble.Merge([_folder["plain_2d"], _folder["plain_3d"], _folder["resencm_3d"]], _folder["out"], saves: true, Loop());

        // Then: numpy's mean in float32
        float[][] parts = [.. new[] { "plain_2d", "plain_3d", "resencm_3d" }.Select(m => NpzFile.Read(_folder[m + "/hippocampus_098.npz"])["probabilities"].ToArray<float>())];
        NpyArray merged = NpzFile.Read(_folder["out/hippocampus_098.npz"])["probabilities"];
        Assert.Equal("<f4", merged.DType);
        Assert.Equal(parts[0].Select((p, i) => (p + parts[1][i] + parts[2][i]) / 3), merged.ToArray<float>());
        int voxels = parts[0].Length / 3;
        float[] mean = merged.ToArray<float>();
        Assert.Equal(
            Enumerable.Range(0, voxels).Select(i => (short)Enumerable.Range(0, 3).MaxBy(k => mean[(k * voxels) + i])),
            ImageFile.ReadLabels(_folder["out/hippocampus_098.nii.gz"]).Voxels);
        Assert.True(File.Exists(_folder["out/plans.json"]));
    }

    [Fact]
    public void Regions_ArePaintedInTheirOrder_WhereTheMeanIsAboveOneHalf()
    {
        // Given
        foreach (string model in (string[])["a", "b"]) Describe(model, """{"background": 0, "whole": [1, 2], "core": [2]}""", """ "regions_class_order": [1, 2],""");
        Save("a", [0.9f, 0.6f, 0.5f, 0.1f, 0.2f, 0.9f, 0.1f, 0.9f], Sitk(3));
        Save("b", [0.9f, 0.6f, 0.5f, 0.1f, 0.2f, 0.9f, 0.1f, 0.2f], Sitk(3));

        // When
        ProbabilityEnsemble.Merge([_folder["a"], _folder["b"]], _folder["out"], saves: true, Loop());

        // Then: 0.5 itself is outside
        Volume<short> labels = ImageFile.ReadLabels(_folder["out/case.nii.gz"]);
        Assert.Equal([1, 2, 0, 2], labels.Voxels);
        Assert.Equal([2.0, 3.0, 4.0], labels.Geometry.ItkSpacing);
        Assert.Equal([-1.0, -2.0, 5.0], labels.Geometry.ItkOrigin);
        Assert.Equal(2, Assert.IsType<PickleDictionary>(PickleFile.Read(_folder["out/case.pkl"])).Count);
    }

    [Fact]
    public void AnImageOfTwoAxes_IsWrittenAsSuch()
    {
        Describe("a", """{"background": 0, "x": 1}""");
        Save("a", [0.9f, 0.1f, 0.4f, 0.5f, 0.1f, 0.9f, 0.6f, 0.5f], Sitk(2));

        ProbabilityEnsemble.Merge([_folder["a"]], _folder["out"], saves: false, Loop());

        Volume<short> labels = ImageFile.ReadLabels(_folder["out/case.nii.gz"]);
        Assert.Equal([0, 1, 1, 0], labels.Voxels);
        Assert.Equal(2, labels.Geometry.Dimensions);
    }

    [Fact]
    public void AnAffineOfNibabel_IsThePlaceInItksWorld()
    {
        Describe("a", """{"background": 0, "x": 1}""");
        PickleArray affine = PickleArray.From<double>([2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30, 0, 0, 0, 1], 4, 4);
        Save("a", [0.9f, 0.1f, 0.4f, 0.9f, 0.1f, 0.9f, 0.6f, 0.1f], new PickleDictionary { ["nibabel_stuff"] = new PickleDictionary { ["original_affine"] = affine } });

        ProbabilityEnsemble.Merge([_folder["a"]], _folder["out"], saves: false, Loop());

        ImageGeometry geometry = ImageFile.ReadLabels(_folder["out/case.nii.gz"]).Geometry;
        Assert.Equal([2.0, 3.0, 4.0], geometry.ItkSpacing);
        Assert.Equal([-10.0, -20.0, 30.0], geometry.ItkOrigin);
        Assert.Equal([-1, -1, 1], new[] { geometry.ItkDirection[0], geometry.ItkDirection[4], geometry.ItkDirection[8] }.Select(Math.Sign));
    }

    [Fact]
    public void AnImageThatWasTurned_IsTurnedBack()
    {
        Describe("a", """{"background": 0, "x": 1}""");
        PickleDictionary properties = Sitk(3);
        ((PickleDictionary)properties["sitk_stuff"]!)["original_orientation"] = "RPS";
        Save("a", [0.9f, 0.9f, 0.9f, 0.1f, 0.1f, 0.1f, 0.1f, 0.9f], properties);

        ProbabilityEnsemble.Merge([_folder["a"]], _folder["out"], saves: false, Loop());

        Volume<short> labels = ImageFile.ReadLabels(_folder["out/case.nii.gz"]);
        Assert.Equal("RPS", Orientation.Of(labels.Geometry).ToString());
        Assert.Equal([1, 0, 0, 0], labels.Voxels);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        Describe("a", """{"background": 0, "x": 1, "y": 2}""");
        Save("a", [0.9f, 0.1f, 0.4f, 0.9f, 0.1f, 0.9f, 0.6f, 0.1f], Sitk(3));
        Directory.CreateDirectory(_folder["empty"]);

        Assert.Contains("2 outputs, but dataset.json declares 3 labels", Refusal("a"), StringComparison.Ordinal);
        Assert.Contains("lacks the probabilities of 1 cases, the first is case", Refusal("a", "empty"), StringComparison.Ordinal);
        File.Delete(_folder["a/case.pkl"]);
        Assert.Contains("so the place of case.npz is not known", Refusal("a"), StringComparison.Ordinal);
    }

    private string Refusal(params string[] folders) =>
        Assert.ThrowsAny<DescribedException>(() => ProbabilityEnsemble.Merge([.. folders.Select(f => _folder[f])], _folder["out"], saves: false, Loop())).Message;

    private void Describe(string model, string labels, string more = "")
    {
        Directory.CreateDirectory(_folder[model]);
        File.WriteAllText(_folder[model + "/dataset.json"], $$"""{{{more}} "labels": {{labels}}, "file_ending": ".nii.gz"}""");
    }

    /// <summary>Two outputs of four voxels in a row.</summary>
    private void Save(string model, float[] probabilities, PickleDictionary properties)
    {
        NpzFile.Write(_folder[model + "/case.npz"], [NpzEntry.From<float>("probabilities", probabilities, 2, 1, 1, 4)]);
        PickleFile.Write(_folder[model + "/case.pkl"], properties);
    }

    private static PickleDictionary Sitk(int axes) => new()
    {
        ["sitk_stuff"] = new PickleDictionary
        {
            ["spacing"] = PickleTuple.Create(axes == 2 ? [2.0, 3.0] : [2.0, 3.0, 4.0]),
            ["origin"] = PickleTuple.Create(axes == 2 ? [-1.0, -2.0] : [-1.0, -2.0, 5.0]),
            ["direction"] = PickleTuple.Create(axes == 2 ? [1.0, 0.0, 0.0, 1.0] : [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]),
        },
        ["spacing"] = new List<object?> { 4.0, 3.0, 2.0 },
    };

    private static SegmentationLoop Loop() => new(1, 0, null, CancellationToken.None);
}
