using System.Numerics;
using NnUNet.Files.Pickle;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Pickle;

public sealed class PickleReadTests
{
    public static TheoryData<int> Protocols => [0, 1, 2, 3, 4, 5];

    public static TheoryData<int> NumpyProtocols => [0, 1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Read_PlainValuesOfEveryProtocol(int protocol)
    {
        // When
        PickleDictionary v = Assert.IsType<PickleDictionary>(Corpus($"plain_protocol{protocol}.pkl"));

        // Then
        Assert.Null(v["none"]);
        Assert.Equal([true, false], List(v["bools"]));
        Assert.Equal(
            [
                0L, 255L, 256L, 65535L, 65536L, -1L, (long)int.MaxValue, (long)int.MinValue, 1L << 31, long.MaxValue,
                BigInteger.Pow(2, 63), long.MinValue, BigInteger.Pow(10, 30), -BigInteger.Pow(10, 30),
            ],
            List(v["ints"]));
        Assert.Equal([0.0, -1.5, 1e300, double.PositiveInfinity], List(v["floats"]));
        Assert.Equal(["", "abc", "é", "\u4e2d", "\U0001f600", "back\\slash \n \"quote' "], List(v["text"]));
        Assert.Equal([Array.Empty<byte>(), new byte[] { 0, 255, 0, 255, 0, 255 }], List(v["bytes"]));
        Assert.Equal([0, 1, 2, 3, 4], List(v["tuples"]).Select(static t => Assert.IsType<PickleTuple>(t).Count));
        Assert.Equal([1L, 2L, 3L, 4L], Assert.IsType<PickleTuple>(List(v["tuples"])[4]));
        Assert.Equal("""{"a":[{"b":[1,[2]]}]}""", PickleJson.ToNode(v["nested"])!.ToJsonString());
        Assert.Equal("tuple key", v[PickleTuple.Create([1L, "k"])]);
        Assert.Equal("int key", v[5L]);
        Assert.Equal("float key", v[2.5]);
        Assert.Equal("none key", v[null]);
        Assert.Equal(["z", "a"], Assert.IsType<PickleDictionary>(v["ordered"]).Keys);
        Assert.True(Assert.IsType<PickleDictionary>(v["ordered"]).IsOrdered);
        Assert.Equal([1L], List(Assert.IsType<PickleDictionary>(v["default"])["x"]));
        Assert.Equal([1L], Assert.IsType<PickleSet>(v["set"]));
        Assert.True(Assert.IsType<PickleSet>(v["frozen"]).IsFrozen);
        Assert.Equal(new PickleSlice(1L, null, 2L), v["slice"]);
        Assert.Equal("xyz"u8.ToArray(), v["array"]);
        Assert.Equal(new string('x', 300), v["long text"]);
        Assert.Equal(Enumerable.Range(0, 300).Select(static i => (object)(long)i), List(v["list of many"]));
    }

    [Theory]
    [MemberData(nameof(NumpyProtocols))]
    public void Read_NumpyArraysOfEveryProtocol(int protocol)
    {
        // When
        PickleDictionary v = Assert.IsType<PickleDictionary>(Corpus($"numpy_protocol{protocol}.pkl"));

        // Then
        AssertArray(v["f8"], "<f8", [2, 3], 0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        AssertArray(v["fortran"], "<f8", [2, 3], 0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        AssertArray(v["big"], ">i2", [2], 258L, -2L);
        AssertArray(v["bool"], "|b1", [2], false, true);
        AssertArray(v["u8"], "<u8", [1], new BigInteger(ulong.MaxValue));
        AssertArray(v["text"], "<U3", [2], "abc", "d");
        AssertArray(v["bytes"], "|S2", [2], "ab"u8.ToArray(), "c"u8.ToArray());
        AssertArray(v["objects"], "|O", [2, 2], 1L, "a", null, PickleTuple.Create([2L]));
        AssertArray(v["zero-d"], "<f8", [], 7.0);
        AssertArray(v["empty"], "<f8", [0, 3]);
        Assert.Equal([1.5, -3L, true, 0.25, 1.0, "xyz"], List(v["scalars"]));
        Assert.Equal("<f8", Assert.IsType<NumpyDType>(v["dtype"]).Name);
    }

    [Fact]
    public void Read_NumpyArraysOfProtocol5()
    {
        // When
        PickleDictionary v = Assert.IsType<PickleDictionary>(Corpus("numpy_protocol5.pkl"));

        // Then
        AssertArray(v["a"], "<f8", [2, 3], 0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        AssertArray(v["f"], "<f8", [2, 3], 0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
    }

    [Fact]
    public void Read_TheSpellingOfNumpy2() => Assert.Equal(1.5, Corpus("numpy2_scalar.pkl"));

    [Fact]
    public void Read_AStateWithAttributes_KeepsThem()
    {
        // Given a dictionary whose state is {'_metadata': 1}
        byte[] pickle = [0x80, 2, .. "}}U\u0009_metadataK\u0001sb."u8];

        // When
        PickleDictionary v = Assert.IsType<PickleDictionary>(PickleFile.Read(new MemoryStream(pickle), "a.pkl"));

        // Then
        Assert.Empty(v);
        Assert.Equal(1L, v.Attributes!["_metadata"]);
    }

    [Fact]
    public void Read_NamesAndPersistentIdsOfTheCaller_AreBuiltByIt()
    {
        // Given torch's way: a call with a persistent id, a name that is a value, and a state
        byte[] pickle = [0x80, 2, .. "ctorch._utils\n_rebuild\n(U\u0001xQctorch\nFloatStorage\nK\u0005tR."u8];
        PickleOptions options = new()
        {
            Builders = new Dictionary<string, PickleBuilder> { ["torch._utils._rebuild"] = static call => $"{call.Argument<string>(0)} {call.Argument<string>(1)} {call.Argument<long>(2)}" },
            Values = new Dictionary<string, object> { ["torch.FloatStorage"] = "f4" },
            PersistentLoad = static id => $"storage {id}",
        };

        // When
        object? value = PickleFile.Read(new MemoryStream(pickle), "data.pkl", options);

        // Then
        Assert.Equal("storage x f4 5", value);
    }

    [Fact]
    public void Read_PickleAfterPickle_StopsBehindEach()
    {
        // Given
        MemoryStream stream = new([0x80, 2, .. "K\u0001.K\u0002.rest"u8]);

        // When
        object?[] values = [PickleFile.Read(stream, "a"), PickleFile.Read(stream, "a")];

        // Then
        Assert.Equal([1L, 2L], values);
        Assert.Equal(4, stream.Length - stream.Position);
    }

    [Fact]
    public void Keys_AreEqualAsInPython()
    {
        // Given
        PickleDictionary v = new() { [1L] = "long", [true] = "bool", [1.0] = "double", ["1"] = "text" };

        // Then
        Assert.Equal([1L, "1"], v.Keys);
        Assert.Equal("double", v[1L]);
        Assert.Throws<ArgumentException>(() => v[new List<object?>()] = 1L);
    }

    private static object? Corpus(string name) => PickleFile.Read(Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "pickle", name));

    private static List<object?> List(object? value) => Assert.IsType<List<object?>>(value);

    private static void AssertArray(object? value, string type, long[] shape, params object?[] elements)
    {
        PickleArray array = Assert.IsType<PickleArray>(value);
        Assert.Equal(type, array.DType);
        Assert.Equal(shape, array.Shape);
        Assert.Equal(elements, array.Elements());
    }
}
