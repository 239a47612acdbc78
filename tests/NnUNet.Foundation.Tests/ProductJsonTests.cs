using System.Text;
using System.Text.Json.Serialization;
using NnUNet.Testing;

namespace NnUNet.Foundation.Tests;

/// <summary>Files as people and programs write them: read as they are meant, or refused with the key, what stands there and what is wanted.</summary>
public sealed class ProductJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["file.json"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"count\": 3, \"names\": [\"a\"]}")]
    [InlineData("{\"count\": \"3\", \"names\": [\"a\"]}")]
    [InlineData("{\"count\": 3.0, \"names\": [\"a\"],}")]
    [InlineData("// mine\n{\"COUNT\": 3, /* yes */ \"Names\": [\"a\"]}")]
    [InlineData("{\"count\": 3, \"names\": [\"a\"], \"count\": 3}")]
    [InlineData("{\"count\": 3, \"names\": [\"a\"], \"sizes\": null, \"by_number\": null, \"note\": null}")]
    [InlineData("{\"count\": 3, \"names\": [\"a\"], \"other\": NaN, \"more\": {\"x\": -Infinity}}")]
    public void Read_OneMeaningInManySpellings_IsTheSame(string text)
    {
        File.WriteAllText(Path, text);

        Sample read = ProductJson.Read<Sample>(Path);

        Assert.Equal((3, "a"), (read.Count, Assert.Single(read.Names)));
        Assert.Empty(read.Sizes);
    }

    [Fact]
    public void Read_ANumberForAName_IsTheName()
    {
        File.WriteAllText(Path, "{\"count\": 3, \"names\": [1, 2.50]}");

        Assert.Equal(["1", "2.50"], ProductJson.Read<Sample>(Path).Names);
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-32", true)]
    public void Read_AnyUnicode_WithAndWithoutMark(string encoding, bool mark)
    {
        Encoding used = Encoding.GetEncoding(encoding);
        byte[] text = used.GetBytes("{\"count\": 3, \"names\": [\"Prüfling\"]}");
        File.WriteAllBytes(Path, mark ? [.. used.GetPreamble(), .. text] : text);

        Assert.Equal(["Prüfling"], ProductJson.Read<Sample>(Path).Names);
    }

    [Theory]
    [InlineData("{}", "2 faults:\n  - count is missing\n  - names is missing")]
    [InlineData("{\"count\": null, \"names\": []}", "count is null, but must be a whole number")]
    [InlineData("{\"count\": 1.5, \"names\": []}", "count is 1.5, but must be a whole number")]
    [InlineData("{\"count\": 99999999999, \"names\": []}", "count is 99999999999, but must be a whole number")]
    [InlineData("{\"count\": 1, \"names\": {\"0\": \"a\"}}", "names is {\"0\":\"a\"}, but must be a list of texts")]
    [InlineData("{\"count\": 1, \"names\": [\"a\", null]}", "names[1] is null, but must be a text")]
    [InlineData("{\"count\": 1, \"names\": [], \"sizes\": [[1], [true]]}", "sizes[1][0] is true, but must be a whole number")]
    [InlineData("{\"count\": 1, \"names\": [], \"sizes\": 1}", "sizes is 1, but must be a list of lists of whole numbers")]
    [InlineData("{\"count\": 1, \"names\": [], \"by_number\": {\"x\": \"a\"}}", "by_number has the key \"x\", but must be an object with the keys \"0\", \"1\", … and texts")]
    [InlineData("{\"count\": 1, \"names\": [], \"by_number\": {\"0\": \"a\", \"00\": \"b\"}}", "by_number has a number twice among its keys 0, 00")]
    [InlineData("{\"count\": -1, \"names\": []}", "count is -1, but must be 0 or more")]
    [InlineData("{\"count\": 1, \"names\": [], \"count\": 2}", "count stands there twice, as 1 and as 2")]
    [InlineData("[1]", "the file holds [1], but must hold an object")]
    [InlineData("null", "the file holds null, but must hold an object")]
    [InlineData(" ", "it is empty")]
    [InlineData("{\n\"count\": 1\n\"names\"", "it is not JSON in line 3")]
    [InlineData("{\"count\": 1, \"names\": [\"\\ud800\"]}", "half a character")]
    public void Read_WhatCannotBe_SaysKeyValueAndWhatIsWanted(string text, string reason)
    {
        File.WriteAllText(Path, text);

        DescribedException error = Assert.ThrowsAny<DescribedException>(() => ProductJson.Read<Sample>(Path));

        Assert.Equal(Path, error.Where);
        Assert.StartsWith(reason, error.What.Replace("a text in it holds ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePosition", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ADepthThatNoFileHas_IsRefused()
    {
        File.WriteAllText(Path, new string('[', 100_000));

        Assert.ThrowsAny<DescribedException>(() => ProductJson.Read<Sample>(Path));
    }

    private sealed record Sample : ICheckedRecord
    {
        [JsonPropertyName("count")]
        public required int Count { get; init; }

        [JsonPropertyName("names")]
        public required ValueArray<string> Names { get; init; }

        [JsonPropertyName("sizes")]
        public ValueArray<ValueArray<int>> Sizes { get; init; }

        [JsonPropertyName("by_number")]
        public SortedDictionary<int, string> ByNumber { get; init; } = [];

        [JsonPropertyName("note")]
        public string? Note { get; init; }

        public IEnumerable<string> Faults()
        {
            if (Count < 0) yield return $"count is {Count}, but must be 0 or more";
        }
    }
}
