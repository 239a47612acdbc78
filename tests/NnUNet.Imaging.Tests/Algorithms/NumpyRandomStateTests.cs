using System.Text.Json;
using NnUNet.Files.Numpy;
using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>The expected numbers are numpy's own, known from its documentation and from countless published outputs.</summary>
public class NumpyRandomStateTests
{
    [Fact]
    public void RandomSample_Seed1234_GivesNumpysNumbers()
    {
        // Given
        NumpyRandomState random = new(1234);

        // When
        double[] drawn = [random.RandomSample(), random.RandomSample(), random.RandomSample(), random.RandomSample(), random.RandomSample()];

        // Then
        Assert.Equal([0.1915194503788923, 0.6221087710398319, 0.4377277390071145, 0.7853585837137692, 0.7799758081188035], drawn);
    }

    [Fact]
    public void RandomSample_Seed12345_GivesNumpysNumbers()
    {
        // Given
        NumpyRandomState random = new(12345);

        // When
        double[] drawn = [random.RandomSample(), random.RandomSample(), random.RandomSample(), random.RandomSample()];

        // Then
        Assert.Equal([0.9296160928171479, 0.3163755545817859, 0.18391881167709445, 0.2045602785530397], drawn);
    }

    [Fact]
    public void Uniform_Seed0_GivesNumpysNumbers()
    {
        // Given
        NumpyRandomState random = new(0);

        // When
        double[] drawn = [random.Uniform(), random.Uniform(), random.Uniform(-1, 1)];

        // Then
        Golden.AssertClose("uniform", [0.5488135039273248, 0.7151893663724195, (2 * 0.6027633760716439) - 1], drawn, 1e-15);
    }

    [Fact]
    public void Randint_Seed0_GivesNumpysNumbers()
    {
        // Given
        NumpyRandomState random = new(0);

        // When
        long[] drawn = [.. Enumerable.Range(0, 10).Select(_ => random.Randint(0, 10))];

        // Then
        Assert.Equal([5, 0, 3, 3, 7, 9, 3, 5, 2, 4], drawn);
    }

    [Fact]
    public void Randint_Seed42_GivesNumpysNumbers()
    {
        // Given
        NumpyRandomState random = new(42);

        // When
        long[] drawn = [.. Enumerable.Range(0, 10).Select(_ => random.Randint(0, 100))];

        // Then
        Assert.Equal([51, 92, 14, 71, 60, 20, 82, 86, 74, 74], drawn);
    }

    [Fact]
    public void Randint_OnePossibleValue_DrawsNothing()
    {
        // Given
        NumpyRandomState random = new(1234);

        // When
        long only = random.Randint(7, 8);
        double next = random.RandomSample();

        // Then
        Assert.Equal(7, only);
        Assert.Equal(0.1915194503788923, next);
    }

    [Fact]
    public void Randint_WholeRangeOfLong_StaysInRange()
    {
        // Given
        NumpyRandomState random = new(3);

        // When
        long drawn = random.Randint(long.MinValue, long.MaxValue);

        // Then
        Assert.NotEqual(long.MaxValue, drawn);
    }

    [Fact]
    public void Randint_EmptyRange_IsRefused()
    {
        // Given
        NumpyRandomState random = new(3);

        // When, Then
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Randint(4, 4));
    }

    [Fact]
    public void Permutation_Seed0_GivesNumpysOrder()
    {
        // Given
        NumpyRandomState random = new(0);

        // When
        int[] order = random.Permutation(10);

        // Then
        Assert.Equal([2, 8, 4, 9, 1, 6, 7, 3, 0, 5], order);
    }

    [Fact]
    public void Choice_WithoutReplacement_IsTheStartOfAPermutation()
    {
        // Given
        NumpyRandomState random = new(0);

        // When
        int[] drawn = random.Choice(10, 4);

        // Then
        Assert.Equal([2, 8, 4, 9], drawn);
    }

    [Fact]
    public void Choice_WithReplacement_GivesNumpysNumbers()
    {
        // Given
        NumpyRandomState random = new(0);

        // When
        int[] drawn = random.Choice(5, 3, replace: true);

        // Then
        Assert.Equal([4, 0, 3], drawn);
    }

    [Fact]
    public void Choice_MoreThanThereAreWithoutReplacement_IsRefused()
    {
        // Given
        NumpyRandomState random = new(0);

        // When, Then
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Choice(3, 4));
    }

    [Fact]
    public void Normal_Seed0_GivesNumpysNumbers()
    {
        // Given
        NumpyRandomState random = new(0);

        // When
        double[] drawn = [random.Normal(), random.Normal(), random.Normal(), random.Normal(), random.Normal(1, 2)];

        // Then
        Golden.AssertClose("normal", [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1 + (2 * 1.8675579901499675)], drawn, 1e-14);
    }

    [SkippableFact]
    public void Shuffle_SixtyCasesWithSeed12345_GivesTheFoldsOfTheOriginal()
    {
        // Given
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(TestData.Golden("hippocampus/cases.json")));
        using JsonDocument splits = JsonDocument.Parse(File.ReadAllText(TestData.Golden("hippocampus/splits_final.json")));
        string[] names = [.. cases.RootElement.GetProperty("train").EnumerateArray().Select(e => e.GetString()!)];
        string[][] expected = [.. splits.RootElement.EnumerateArray().Select(f => f.GetProperty("val").EnumerateArray().Select(e => e.GetString()!).ToArray())];

        // When
        int[] order = [.. Enumerable.Range(0, names.Length)];
        new NumpyRandomState(12345).Shuffle<int>(order);
        string[][] actual = [.. order.Chunk(12).Select(fold => fold.Order().Select(i => names[i]).ToArray())];

        // Then
        Assert.Equal(expected, actual);
    }

    [SkippableTheory]
    [InlineData("hippocampus_001")]
    [InlineData("hippocampus_014")]
    public void Choice_VoxelsOfTheClassesOneAfterTheOther_GivesTheOriginalsClassLocations(string name)
    {
        // Given: fewer than 10000 voxels a class, so that all of them are drawn
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden($"hippocampus/preprocessed_3d_{name}.npz"));
        int[] shape = [.. arrays["data"].Shape.Select(static n => (int)n)];
        float[] labels = arrays["data"].ToArray<float>()[(shape[1] * shape[2] * shape[3])..];
        NumpyRandomState random = new(1234);
        int[] first = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == 1)];
        int[] second = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == 2)];

        // When
        int[] drawnFirst = [.. random.Choice(first.Length, first.Length).Select(i => first[i])];
        int[] drawnSecond = [.. random.Choice(second.Length, second.Length).Select(i => second[i])];

        // Then
        Assert.Equal(arrays["class_locations_1"].ToArray<int>(), drawnFirst.SelectMany(i => Position(i, shape)));
        Assert.Equal(arrays["class_locations_2"].ToArray<int>(), drawnSecond.SelectMany(i => Position(i, shape)));
    }

    private static int[] Position(int index, int[] shape) => [index / (shape[2] * shape[3]), index / shape[3] % shape[2], index % shape[3]];
}
