using NnUNet.Core.Cropping;
using NnUNet.Core.Ensembling;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Results;
using NnUNet.Core.Tests.Postprocessing;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Ensembling;

public sealed class FolderEnsembleTests
{
    [SkippableTheory]
    [InlineData("merged_AB", new[] { "modelA", "modelB" })]
    [InlineData("merged_ABC", new[] { "modelA", "modelB", "modelC" })]
    public void Merge_RecordedFolders_EqualsTheOriginal(string expected, string[] folders)
    {
        // Given
        string golden = TestData.Golden("selection/ensemble_predictions");
        using TemporaryFolder output = new();

        // When
        ValueArray<string> cases = FolderEnsemble.Merge([.. folders.Select(f => Path.Combine(golden, f))], output["out"], new EnsembleOptions { SaveProbabilities = true }).Cases;

        // Then: ties in float16 and their order included
        Assert.Equal(["case_a", "case_b", "case_c"], cases);
        LabelFolders.AssertEqual(Path.Combine(golden, expected), output["out"]);
        foreach (string caseId in cases)
        {
            NpyArray right = NpzFile.Read(Path.Combine(golden, expected, caseId + ".npz"))["softmax"], given = NpzFile.Read(output[$"out/{caseId}.npz"])["softmax"];
            Assert.Equal(right.Shape, given.Shape);
            Assert.True(right.AsSpan<Half>().SequenceEqual(given.AsSpan<Half>()), $"{caseId}: the means differ");
            List<object?> properties = Assert.IsType<List<object?>>(PickleFile.Read(output[$"out/{caseId}.pkl"]));
            Assert.Equal(folders.Length, properties.Count);
        }
    }

    [SkippableFact]
    public void Merge_WithPostprocessing_EqualsTheOriginal()
    {
        // Given
        string golden = TestData.Golden("selection/ensemble_predictions");
        using TemporaryFolder output = new();

        // When
        FolderEnsemble.Merge(
            [Path.Combine(golden, "modelA"), Path.Combine(golden, "modelB")],
            output["out"],
            new EnsembleOptions { PostprocessingFile = Path.Combine(golden, "pp.json"), Threads = 1, MaxRamBytes = 1 });

        // Then
        LabelFolders.AssertEqual(Path.Combine(golden, "merged_AB_pp"), output["out"]);
        LabelFolders.AssertEqual(Path.Combine(golden, "merged_AB_pp", "not_postprocessed"), output["out/not_postprocessed"]);
        Assert.Equal(File.ReadAllText(Path.Combine(golden, "pp.json")), File.ReadAllText(output["out/pp.json"]));
        Assert.Empty(Directory.GetFiles(output["out"], "*.npz", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void Merge_MergedFolders_CanBeMergedAgain()
    {
        // Given: what this product writes, and a mean of two equal ones
        string golden = TestData.Golden("selection/ensemble_predictions");
        using TemporaryFolder output = new();
        string[] models = [Path.Combine(golden, "modelA"), Path.Combine(golden, "modelB")];
        FolderEnsemble.Merge(models, output["first"], new EnsembleOptions { SaveProbabilities = true });

        // When
        FolderEnsemble.Merge([output["first"], Path.Combine(golden, "merged_AB")], output["second"]);

        // Then
        LabelFolders.AssertEqual(Path.Combine(golden, "merged_AB"), output["second"]);
    }

    [Fact]
    public void Merge_Regions_ArePaintedInTheirOrder()
    {
        // Given: means 0.75 and 0.5, so the second region is on top where it is above one half
        using TemporaryFolder root = new();
        Write(root["a/case.npz"], [0.75f, 0.75f, 0.25f, 1, 0.5f, 0.25f], "[1, 2]");
        Write(root["b/case.npz"], [0.75f, 0.75f, 0.25f, 1, 0.5f, 0.25f], "[1, 2]");

        // When
        FolderEnsemble.Merge([root["a"], root["b"]], root["out"]);

        // Then
        Assert.Equal([2, 1, 0], ImageFile.ReadLabels(root["out/case.nii.gz"]).Voxels);
    }

    [Fact]
    public void Merge_InAnotherEnding_LeavesOneSegmentationACaseAndPassesOverShadows()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["a/case.npz"], [0, 0, 1, 1, 1, 0]);
        Write(root["b/case.npz"], [0, 0, 1, 1, 1, 0]);
        File.WriteAllText(root["a/._case.npz"], "no probabilities");
        ImageFile.WriteLabels(root["a/case.nii"], new Volume<short>(new Extent(1, 1, 3)));

        // When
        FolderEnsemble.Merge([root["a"], root["b"]], root["out"]);
        string[] own = [.. Directory.GetFiles(root["out"]).Select(static f => Path.GetFileName(f))];
        FolderEnsemble.Merge([root["a"], root["b"]], root["out"], new EnsembleOptions { Ending = ".hdr" });

        // Then
        Assert.Equal(["case.nii"], own);
        Assert.Equal(["case.hdr", "case.img"], Directory.GetFiles(root["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([1, 1, 0], ImageFile.ReadLabels(root["out/case.hdr"]).Voxels);
    }

    [Fact]
    public void Merge_OtherRegions_AreRefused()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["a/case.npz"], [1, 1, 1, 0, 0, 0], "[1, 2]");
        Write(root["b/case.npz"], [1, 1, 1, 0, 0, 0]);

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => FolderEnsemble.Merge([root["a"], root["b"]], root["out"]));

        // Then
        Assert.Contains("regions_class_order differs", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_CasesThatDoNotFit_AreReportedAfterTheOthersAreDone()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["a/good.npz"], [1, 1, 1, 0, 0, 0]);
        Write(root["b/good.npz"], [0, 0, 1, 1, 1, 0]);
        Write(root["a/shape.npz"], [1, 1, 1, 0, 0, 0]);
        Write(root["b/shape.npz"], [1, 1, 1, 0, 0, 0, 0, 0, 0]);
        Write(root["a/torn.npz"], [1, 1, 1, 0, 0, 0]);
        Write(root["b/torn.npz"], [1, 1, 1, 0, 0, 0]);
        File.WriteAllBytes(root["b/torn.npz"], File.ReadAllBytes(root["b/torn.npz"])[..60]);

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => FolderEnsemble.Merge([root["a"], root["b"]], root["out"]));

        // Then: of equal means the lowest class wins
        Assert.Equal("merging: 2 of 3 cases", e.Where);
        Assert.Contains("its shape (classes, z, y, x) is (3, 1, 1, 3), but that of", e.What, StringComparison.Ordinal);
        Assert.Contains("torn.npz: the zip archive is damaged", e.What, StringComparison.Ordinal);
        Assert.Equal([0, 0, 0], ImageFile.ReadLabels(root["out/good.nii.gz"]).Voxels);
    }

    [Theory]
    [InlineData(float.NaN, "of 6 probabilities 2 values are not a number (NaN)")]
    [InlineData(float.PositiveInfinity, "of 6 probabilities 2 values are infinite or beyond the range of float32")]
    public void Merge_ProbabilitiesThatAreNotFinite_AreRefusedByFile_AndTheOthersAreDone(float value, string expected)
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["a/good.npz"], [1, 1, 1, 0, 0, 0]);
        Write(root["b/good.npz"], [0, 0, 1, 1, 1, 0]);
        Write(root["a/odd.npz"], [1, 1, 1, 0, 0, 0]);
        Write(root["b/odd.npz"], [1, value, 1, 0, 0, value]);

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => FolderEnsemble.Merge([root["a"], root["b"]], root["out"], new EnsembleOptions { SaveProbabilities = true }));

        // Then
        Assert.Contains($"{root["b/odd.npz"]}: {expected}", e.What, StringComparison.Ordinal);
        Assert.Equal(["good.nii.gz"], Directory.GetFiles(root["out"], "*.nii.gz").Select(Path.GetFileName));
        Assert.False(File.Exists(root["out/odd.npz"]));
    }

    [Fact]
    public void Merge_MissingFiles_AreAllNamed()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["a/one.npz"], [1, 1, 1]);
        Write(root["a/two.npz"], [1, 1, 1]);
        Write(root["b/two.npz"], [1, 1, 1]);
        File.Delete(root["a/two.json"]);

        // When
        EnsembleException e = Assert.Throws<EnsembleException>(() => FolderEnsemble.Merge([root["a"], root["b"]], root["out"]));

        // Then
        Assert.Equal($"{root["a"]} lacks the properties (.json or .pkl) of two; {root["b"]} lacks the probabilities of one", e.What);
    }

    [Fact]
    public void Merge_FoldersThatCannotBeMerged_AreRefused()
    {
        // Given
        using TemporaryFolder root = new();
        Directory.CreateDirectory(root["empty"]);
        Write(root["a/one.npz"], [1, 1, 1]);

        // When
        EnsembleException empty = Assert.Throws<EnsembleException>(() => FolderEnsemble.Merge([root["empty"]], root["out"]));
        EnsembleException absent = Assert.Throws<EnsembleException>(() => FolderEnsemble.Merge([root["a"], root["nowhere"]], root["out"]));
        EnsembleException same = Assert.Throws<EnsembleException>(() => FolderEnsemble.Merge([root["a"]], root["b/../a"]));

        // Then
        Assert.Contains("there are no probabilities", empty.What, StringComparison.Ordinal);
        Assert.Equal(root["nowhere"], absent.Where);
        Assert.Contains("read from and written to", same.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_PropertiesOfAnotherImage_AreNoticed()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["a/case.npz"], [1, 1, 1]);
        File.WriteAllText(root["a/case.json"], File.ReadAllText(root["a/case.json"]).Replace("3\n", "4\n", StringComparison.Ordinal));

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => FolderEnsemble.Merge([root["a"]], root["out"]));

        // Then
        Assert.Contains("the probabilities have 1x1x3 voxels (z, y, x), but the case's properties say 1x1x4", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void MergingAgain_SkipsWhatFits_AndMakesAnewWhatDoesNot()
    {
        // Given four cases: later one is somebody else's, one cut off, and one has other probabilities
        using TemporaryFolder root = new();
        foreach (string one in (string[])["changed", "fits", "foreign", "torn"])
        {
            Write(root[$"a/{one}.npz"], [0, 0, 1, 1, 1, 0]);
            Write(root[$"b/{one}.npz"], [0, 0, 1, 1, 1, 0]);
        }

        EnsembleReport first = FolderEnsemble.Merge([root["a"], root["b"]], root["out"]);
        DateTime written = File.GetLastWriteTimeUtc(root["out/fits.nii.gz"]);
        File.WriteAllText(root["out/plans.json"], "of a model");
        Write(root["a/changed.npz"], [1, 1, 1, 0, 0, 0]);
        Write(root["b/changed.npz"], [1, 1, 1, 0, 0, 0]);
        ImageFile.WriteLabels(root["out/foreign.nii.gz"], new Volume<short>(new Extent(1, 1, 3)));
        File.WriteAllBytes(root["out/torn.nii.gz"], []);

        // When
        EnsembleReport again = FolderEnsemble.Merge([root["a"], root["b"]], root["out"]);
        bool kept = File.GetLastWriteTimeUtc(root["out/fits.nii.gz"]) == written;
        EnsembleReport all = FolderEnsemble.Merge([root["a"], root["b"]], root["out"], new EnsembleOptions { Overwrite = true });

        // Then
        Assert.Empty(first.Skipped);
        Assert.Equal(["fits"], again.Skipped);
        Assert.True(kept);
        Assert.Equal(["foreign"], again.Replaced);
        Assert.Equal([0, 0, 0], ImageFile.ReadLabels(root["out/replaced/foreign.nii.gz"]).Voxels);
        Assert.Equal([1, 1, 0], ImageFile.ReadLabels(root["out/foreign.nii.gz"]).Voxels);
        Assert.Equal([1, 1, 0], ImageFile.ReadLabels(root["out/torn.nii.gz"]).Voxels);
        Assert.Equal([0, 0, 0], ImageFile.ReadLabels(root["out/changed.nii.gz"]).Voxels);
        Assert.False(File.Exists(root["out/plans.json"]));
        Assert.Equal(4, again.WithoutRecord.Count);
        Assert.Empty(all.Skipped);
    }

    [Fact]
    public void ProbabilitiesOfDifferentImages_OrOfAnImageThatHasChanged_OrThatWereExchanged_AreRefusedByName()
    {
        // Given
        using TemporaryFolder root = new();
        foreach (string one in (string[])["changed", "different", "exchanged", "good"])
        {
            File.WriteAllText(root[$"{one}_0000.nii"], $"the image of {one}");
            Record(root, "a", one, root[$"{one}_0000.nii"]);
            Record(root, "b", one, root[$"{one}_0000.nii"]);
        }

        File.WriteAllText(root["other_0000.nii"], "the image of another patient");
        Record(root, "b", "different", root["other_0000.nii"]);
        File.WriteAllText(root["changed_0000.nii"], "another image");
        Write(root["b/exchanged.npz"], [1, 1, 1, 0, 0, 0]);

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => FolderEnsemble.Merge([root["a"], root["b"]], root["out"]));

        // Then
        Assert.Equal("merging: 3 of 4 cases", e.Where);
        Assert.Contains($"{root["a/changed.npz"]}: they were made of another image than {root["changed_0000.nii"]} is now; predict the case again with -z", e.What, StringComparison.Ordinal);
        Assert.Contains($"{root["b/different.npz"]}: they are of another image than those of {root["a/different.npz"]}", e.What, StringComparison.Ordinal);
        Assert.Contains($"{root["b/exchanged.npz"]}: these are not the probabilities that", e.What, StringComparison.Ordinal);
        Assert.Equal(["good.nii.gz"], Directory.GetFiles(root["out"]).Select(Path.GetFileName));
    }

    /// <summary>Probabilities with the record of the image that they are of.</summary>
    private static void Record(TemporaryFolder root, string folder, string caseId, string image)
    {
        Write(root[$"{folder}/{caseId}.npz"], [0, 0, 1, 1, 1, 0]);
        ImageFile.WriteLabels(root[$"{folder}/{caseId}.nii.gz"], new Volume<short>(new Extent(1, 1, 3)));
        new ResultRecords(root[folder]).End(caseId, new ResultOrigin { MadeBy = "nnUNet_predict", Image = [new KnownFile(image)] }, root[$"{folder}/{caseId}.nii.gz"], root[$"{folder}/{caseId}.npz"]);
    }

    /// <summary>Probabilities of a row of three voxels, class after class, with their properties.</summary>
    private static void Write(string path, float[] values, string? regions = null)
    {
        NpzFile.Write(path, [NpzEntry.From(ProbabilityFile.Key, new ReadOnlyMemory<Half>([.. values.Select(static v => (Half)v)]), values.Length / 3, 1, 1, 3)]);
        CaseProperties properties = new()
        {
            OriginalSizeOfRawData = [1, 1, 3],
            OriginalSpacing = [1, 1, 1],
            ItkOrigin = [0, 0, 0],
            ItkSpacing = [1, 1, 1],
            ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
            CropBbox = [],
            SizeAfterCropping = [1, 1, 3],
        };
        if (regions is not null) properties.Unknown["regions_class_order"] = System.Text.Json.JsonDocument.Parse(regions).RootElement;
        ProductJson.Write(ProbabilityFile.PropertiesPath(path), properties);
    }
}
