using NnUNet.Core.CrossValidation;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.CrossValidation;

public sealed class FoldsTests
{
    private static readonly string[] Ten = [.. Enumerable.Range(0, 10).Select(static i => $"case_{i:00}")];

    [SkippableFact]
    public void Create_OnTheHippocampus_IsTheOriginalsSplit()
    {
        // Given
        IReadOnlyList<Fold> expected = Folds.Read(TestData.Golden("hippocampus/splits_final.json"));
        IEnumerable<string> cases = expected[0].Train.Concat(expected[0].Val).Reverse();

        // When
        IReadOnlyList<Fold> actual = Folds.Create(cases);

        // Then
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Create_FewerThanFiveCases_IsRefused() =>
        Assert.Contains("4 cases cannot be split", Assert.Throws<FoldException>(() => Folds.Create(Ten.Take(4))).Message, StringComparison.Ordinal);

    [Fact]
    public void Select_All_TrainsAndValidatesOnEverything()
    {
        // When
        Fold fold = Folds.Select([], "all", Ten);

        // Then
        Assert.Equal(Ten, fold.Train);
        Assert.Equal(Ten, fold.Val);
    }

    [Fact]
    public void Select_BeyondTheSplits_IsTheOriginalsSeeded80To20Split()
    {
        // Given numpy's RandomState(12345 + 7).choice(10, 8, replace=False): 4 6 0 9 1 7 2 8
        // When
        Fold fold = Folds.Select(Folds.Create(Ten), "7", Ten);

        // Then
        Assert.Equal(["case_03", "case_05"], fold.Val);
        Assert.Equal(Ten, fold.Train.Concat(fold.Val).Order());
    }

    [Theory]
    [InlineData("3", "fold 3 is beyond the 3 folds (0 to 2) of ")]
    [InlineData("2", null)]
    [InlineData("all", null)]
    public void RemarkOnSplit_TellsOfAFoldBeyondTheUsersSplits_AndNamesTheFile(string fold, string? expected)
    {
        // Given
        using TemporaryFolder folder = new();
        string path = folder["splits_final.json"];
        Folds.Write(path, [.. Enumerable.Range(0, 3).Select(static k => new Fold([.. Ten.Where((_, i) => i != k)], [Ten[k]]))]);
        IReadOnlyList<Fold> splits = Folds.ReadOrCompute(folder.Root, Ten);

        // When
        string? remark = Folds.RemarkOnSplit(folder.Root, splits, fold, Folds.Select(splits, fold, Ten));

        // Then
        string? whole = expected is null ? null
            : $"{expected}{path}, so it gets a random 80:20 split (8 cases to train, 2 to validate), takes no part in the cross-validation, and is averaged in predictions unless -f names the folds";
        Assert.Equal(whole, remark);
    }

    [Fact]
    public void Select_AUsersOwnSplit_IsTaken()
    {
        // Given
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["splits_final.json"], """[{"train": ["case_01", "case_00"], "val": ["case_09"]}]""");

        // When
        Fold fold = Folds.Select(Folds.ReadOrCreate(folder.Root, Ten), "0", Ten);

        // Then
        Assert.Equal(new Fold(["case_00", "case_01"], ["case_09"]), fold);
    }

    [Fact]
    public void Select_ASplitWithUnknownCases_NamesThem()
    {
        // Given
        Fold split = new(["case_00", "other"], ["case_01"]);

        // When
        FoldException error = Assert.Throws<FoldException>(() => Folds.Select([split], "0", Ten));

        // Then
        Assert.Equal("1 of its cases are not in the data set (other)", error.What);
    }

    [SkippableFact]
    public void ReadOrCreate_TheOriginalsPickle_IsTaken()
    {
        // Given
        using TemporaryFolder folder = new();
        File.Copy(TestData.Golden("hippocampus/splits_final.pkl"), folder[Folds.PickledFileName]);

        // When
        IReadOnlyList<Fold> folds = Folds.ReadOrCreate(folder.Root, Ten);

        // Then
        Assert.Equal(Folds.Read(TestData.Golden("hippocampus/splits_final.json")), folds);
        Assert.False(File.Exists(folder[Folds.FileName]));
    }

    [Fact]
    public void ReadOrCreate_WritesTheSplitsOnce()
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        IReadOnlyList<Fold> created = Folds.ReadOrCreate(folder.Root, Ten);

        // Then
        Assert.Equal(created, Folds.Read(folder[Folds.FileName]));
    }

    [Theory]
    [InlineData("[null]", "[0] is null, but must be an object")]
    [InlineData("{}", "the file holds {}, but must hold a list of objects")]
    [InlineData("[{\"train\": [\"a\"]}]", "[0].val is missing")]
    [InlineData("[{\"train\": [\"a\", null], \"val\": []}]", "[0].train[1] is null, but must be a text")]
    [InlineData("[{\"train\": \"a\", \"val\": []}]", "[0].train is \"a\", but must be a list of texts")]
    [InlineData("[]", "it has no split")]
    public void Read_WhatIsNoSplits_SaysKeyValueAndWhatIsWanted(string text, string reason)
    {
        // Given
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[Folds.FileName], text);

        // When
        DescribedException error = Assert.ThrowsAny<DescribedException>(() => Folds.Read(folder[Folds.FileName]));

        // Then
        Assert.Equal((folder[Folds.FileName], reason), (error.Where, error.What));
    }
}
