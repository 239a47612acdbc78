using System.Text.Json.Nodes;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Interop.Tests.V2.Results;

public sealed class PythonJsonTextTests
{
    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1, "1.0")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(1833, "1833.0")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1.25e-7, "1.25e-07")]
    [InlineData(9007199254740993.0, "9007199254740992.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(388.29999999999995, "388.29999999999995")]
    [InlineData(0.7911832029859479, "0.7911832029859479")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void AFloat_IsWrittenAsPythonWritesIt(double value, string text) => Assert.Equal(text, PythonJsonText.Float(value));

    [Fact]
    public void AnObject_IsWrittenAsPythonWritesIt()
    {
        JsonObject node = new() { ["b"] = 1, ["(1, 2)"] = 0.5, ["a"] = new JsonArray(true, null, "ä\"\n"), ["empty"] = new JsonArray(), ["none"] = new JsonObject() };

        Assert.Equal(
            "{\n    \"(1, 2)\": 0.5,\n    \"a\": [\n        true,\n        null,\n        \"\\u00e4\\\"\\n\"\n    ],\n    \"b\": 1,\n    \"empty\": [],\n    \"none\": {}\n}",
            PythonJsonText.Of(node));
        Assert.StartsWith("{\n    \"b\": 1,", PythonJsonText.Of(node, sortKeys: false), StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersOfAnotherFile_StayWholeOrBecomePythonsFloats() =>
        Assert.Equal("[\n    3,\n    3.0,\n    1e-05\n]", PythonJsonText.Of(JsonNode.Parse("[3, 3.00, 0.00001]")));
}
