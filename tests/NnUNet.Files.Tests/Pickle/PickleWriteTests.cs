using System.Numerics;
using NnUNet.Files.Pickle;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Pickle;

public sealed class PickleWriteTests
{
    public static TheoryData<int> Protocols => [2, 4];

    public static TheoryData<string> OriginalFiles => [.. Originals];

    private static string[] Originals => ["hippocampus/nnUNetPlansv2.1_plans_3D.pkl", "hippocampus/splits_final.pkl", "selection/ensemble_predictions/modelA/case_a.pkl"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Write_PlainValues_ReadsTheSame(int protocol)
    {
        // Given
        PickleDictionary inner = new() { IsOrdered = true };
        inner["x"] = new List<object?> { 1L, -1L, 255L, 256L, 65536L, int.MinValue, long.MaxValue, BigInteger.Pow(10, 30) };
        PickleDictionary value = new()
        {
            ["numbers"] = inner,
            ["floats"] = new List<object?> { 1.5, double.NaN, -0.0f },
            ["texts"] = new List<object?> { "", "é\U0001f600", new string('x', 300) },
            ["bytes"] = new List<object?> { Array.Empty<byte>(), new byte[] { 0, 200, 255 }, new byte[1000] },
            ["tuples"] = new List<object?> { PickleTuple.Create([]), PickleTuple.Create([1L]), PickleTuple.Create([1L, 2L, 3L, 4L]) },
            ["others"] = new List<object?> { null, true, false, new List<object?>(), new PickleDictionary(), new PickleSlice(0L, null, 2L) },
            [PickleTuple.Create([0L, "a"])] = 1L,
        };

        // When
        PickleDictionary read = Assert.IsType<PickleDictionary>(RoundTrip(value, protocol));

        // Then
        Assert.Equal(value.Keys, read.Keys);
        Assert.True(Assert.IsType<PickleDictionary>(read["numbers"]).IsOrdered);
        Assert.Equal([1L, -1L, 255L, 256L, 65536L, (long)int.MinValue, long.MaxValue, BigInteger.Pow(10, 30)], List(Assert.IsType<PickleDictionary>(read["numbers"])["x"]));
        Assert.Equal([1.5, double.NaN, -0.0], List(read["floats"]));
        Assert.Equal(List(value["texts"]), List(read["texts"]));
        Assert.Equal(List(value["bytes"]), List(read["bytes"]));
        Assert.Equal(List(value["tuples"]), List(read["tuples"]));
        Assert.Equal([null, true, false], List(read["others"]).Take(3));
        Assert.Empty(List(List(read["others"])[3]));
        Assert.Empty(Assert.IsType<PickleDictionary>(List(read["others"])[4]));
        Assert.Equal(new PickleSlice(0L, null, 2L), List(read["others"])[5]);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Write_NumpyValues_ReadsTheSame(int protocol)
    {
        // Given
        List<object?> value =
        [
            PickleArray.From<double>([0, 1, 2, 3, 4, 5], 2, 3), PickleArray.From<double>([7]), PickleArray.From<bool>([true, false], 2), PickleArray.From<long>([-1], 1),
            PickleArray.From<Half>([(Half)0.5], 1), NumpyScalar.From(1.5), NumpyScalar.From(-2L), NumpyScalar.From(true), NumpyScalar.From(0.25f),
        ];

        // When
        List<object?> read = List(RoundTrip(value, protocol));

        // Then
        Assert.Equal(["<f8", "<f8", "|b1", "<i8", "<f2"], read.Take(5).Select(static a => Assert.IsType<PickleArray>(a).DType));
        Assert.Equal([2L, 3L], Assert.IsType<PickleArray>(read[0]).Shape);
        Assert.Equal([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], Assert.IsType<PickleArray>(read[0]).Elements());
        Assert.Empty(Assert.IsType<PickleArray>(read[1]).Shape);
        Assert.Equal([true, false], Assert.IsType<PickleArray>(read[2]).Elements());
        Assert.Equal([0.5], Assert.IsType<PickleArray>(read[4]).Elements());
        Assert.Equal([1.5, -2L, true, 0.25], read.Skip(5));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Write_WhatWasRead_ReadsTheSame(int protocol)
    {
        // Given arrays of numbers, texts, bytes and objects, big-endian and Fortran order among them
        object? value = PickleFile.Read(Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "pickle", "numpy_protocol4.pkl"));
        PickleDictionary expected = Assert.IsType<PickleDictionary>(value);

        // When
        PickleDictionary actual = Assert.IsType<PickleDictionary>(RoundTrip(value, protocol));

        // Then
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.Equal(Elements(expected), Elements(actual));
        Assert.Equal(expected["scalars"], actual["scalars"]);
        Assert.Equal("<f8", Assert.IsType<NumpyDType>(actual["dtype"]).Name);
    }

    [SkippableTheory]
    [MemberData(nameof(OriginalFiles))]
    public void Write_APickleOfTheOriginal_UsesOnlyItsOperationsAndReadsTheSame(string file)
    {
        // Given
        IEnumerable<string> operations = Originals.SelectMany(static f => PickleOperations.Of(File.ReadAllBytes(TestData.Golden(f))));
        object? value = PickleFile.Read(TestData.Golden(file));
        using MemoryStream stream = new();

        // When
        PickleFile.Write(stream, value);

        // Then
        string written = PickleJson.ToNode(PickleFile.Read(new MemoryStream(stream.ToArray()), "written"))!.ToJsonString();
        Assert.Equal(PickleJson.ToNode(value)!.ToJsonString(), written);
        Assert.Subset(operations.ToHashSet(), PickleOperations.Of(stream.ToArray()));
    }

    [Fact]
    public void Write_NamesCallsAndReferences_AsTorchHasThem()
    {
        // Given
        PickledName storage = new("torch", "FloatStorage");
        PickledCall tensor = new(new PickledName("torch._utils", "_rebuild"), PickleTuple.Create([new PickledReference(PickleTuple.Create(["storage", storage, "0", "cpu", 6L])), 0L]));
        PickleDictionary state = new() { IsOrdered = true, ["weight"] = tensor };
        state.Attributes = new PickleDictionary { ["_metadata"] = new PickleDictionary() };
        using MemoryStream stream = new();
        PickleOptions options = new()
        {
            Builders = new Dictionary<string, PickleBuilder> { ["torch._utils._rebuild"] = static call => call.Argument<string>(0) },
            Values = new Dictionary<string, object> { ["torch.FloatStorage"] = "f4" },
            PersistentLoad = static id => id!.ToString(),
        };

        // When
        PickleFile.Write(stream, state, protocol: 2);
        PickleDictionary read = Assert.IsType<PickleDictionary>(PickleFile.Read(new MemoryStream(stream.ToArray()), "data.pkl", options));

        // Then
        Assert.Equal("('storage', 'f4', '0', 'cpu', 6)", read["weight"]);
        Assert.True(read.Attributes!.ContainsKey("_metadata"));
    }

    [Fact]
    public void Write_TheSameValue_WritesTheSameBytes()
    {
        // Given
        using TemporaryFolder folder = new();
        PickleDictionary value = new() { ["a"] = PickleArray.From<float>([1, 2], 2) };

        // When
        PickleFile.Write(folder["a.pkl"], value);
        PickleFile.Write(folder["b.pkl"], value);

        // Then
        Assert.Equal(File.ReadAllBytes(folder["a.pkl"]), File.ReadAllBytes(folder["b.pkl"]));
    }

    [Fact]
    public void Write_AnotherTypeOrAListThatContainsItself_IsRefused()
    {
        // Given
        List<object?> list = [];
        list.Add(list);

        // Then
        Assert.Contains("a Version cannot be written", Assert.Throws<ArgumentException>(() => RoundTrip(new Version(1, 0), 4)).Message, StringComparison.Ordinal);
        Assert.Contains("nested more than 100 deep", Assert.Throws<ArgumentException>(() => RoundTrip(list, 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => RoundTrip(1L, 3));
    }

    private static object? RoundTrip(object? value, int protocol)
    {
        using MemoryStream stream = new();
        PickleFile.Write(stream, value, protocol);
        return PickleFile.Read(new MemoryStream(stream.ToArray()), "written");
    }

    private static List<object?> List(object? value) => Assert.IsType<List<object?>>(value);

    private static IEnumerable<object?> Elements(PickleDictionary dictionary) => dictionary.Values.OfType<PickleArray>().SelectMany(static a => a.Elements());
}
