using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets.Conversions;

public sealed class DescriptionTests
{
    private const string Sound = """{"name": "Mine", "task": 150, "description": "x", "channels": ["MR"], "labels": ["background", "a"], "cases": [{"name": "{case}", "images": ["{case}/image"], "label": "{case}/label"}]}""";

    [Theory]
    [InlineData("27")]
    [InlineData("027")]
    [InlineData("Task027")]
    [InlineData("acdc")]
    [InlineData("Task027_ACDC")]
    public void Find_ByNumberOrName_GivesTheDataSet(string name) => Assert.Equal("ACDC", ConversionDescriptions.Find(name).Name);

    [Fact]
    public void Find_AnUnknownName_ProposesTheNearest()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => ConversionDescriptions.Find("BraTS2021"));

        Assert.Contains("did you mean BraTS2020? (nnunet convert_dataset --list lists all 25)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_HaveNumbersOfTheirOwn_AndSayTheSameWhenTheyArePrinted()
    {
        IReadOnlyList<ConversionDescription> all = ConversionDescriptions.All();

        Assert.Equal(25, all.Count);
        Assert.Equal(all.Count, all.Select(static d => d.Task).Distinct().Count());
        Assert.All(all, static d => Assert.Equal(ProductJson.Print(d), ProductJson.Print(ProductJson.Parse<ConversionDescription>("again", ProductJson.Print(d)))));
    }

    [Fact]
    public void Find_AFile_ReadsIt()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["mine.json"], Sound);

        Assert.Equal("Task150_Mine", ConversionDescriptions.Find(folder["mine.json"]).TaskName);
    }

    [Theory]
    [InlineData("\"task\": 150", "\"task\": 1000", "task is 1000, but must be from 0 to 999")]
    [InlineData("\"name\": \"Mine\"", "\"name\": \"My set\"", "name is \"My set\", but must be the end of a folder's name")]
    [InlineData("\"labels\": [\"background\", \"a\"]", "\"labels\": [\"background\"]", "labels must name the background and at least one more")]
    [InlineData("\"cases\"", "\"steps\": [{\"step\": \"borders\"}], \"cases\"", "steps[0].step is \"borders\", which is no step; did you mean border?")]
    [InlineData("\"cases\"", "\"split\": {\"rule\": \"groups\", \"by\": \"patient\"}, \"cases\"", "split.by is \"patient\", but must be one of the names that all training cases have: case")]
    [InlineData("\"cases\"", "\"label_map\": {\"1-\": 1, \"7\": 0}, \"cases\"", "label_map has 1- and 7, which have values in common")]
    [InlineData("\"cases\"", "\"label_map\": {\"x\": 1}, \"cases\"", "label_map has the key \"x\", but must have values (4), ranges of values (56-70, 100000-) or *")]
    [InlineData("\"cases\"", "\"label_map\": {\"1\": 2}, \"cases\"", "label_map makes values into 2, but labels are from 0 to 1")]
    [InlineData("\"cases\"", "\"chanels\": [], \"cases\"", "the file has the key \"chanels\"; did you mean channels?")]
    [InlineData("\"name\": \"{case}\"", "\"name\": \"{patient}\"", "cases[0].name names {patient}, which no pattern and no column gives a text")]
    [InlineData("\"name\": \"{case}\"", "\"name\": \"{case\"", "the braces at character 1 hold no name")]
    [InlineData("\"name\": \"{case}\"", "\"name\": \"{case:Upper}\"", "\"Upper\" is not known behind case:")]
    [InlineData("{case}/image", "../{case}", "this is no path below a folder")]
    [InlineData(", \"label\": \"{case}/label\"", "", "cases[0] has no label, but training cases need one")]
    [InlineData("\"images\": [", "\"images\": [\"a\", ", "cases[0].images has 2 patterns, but must have 1, or 1, one a channel")]
    [InlineData("\"name\": \"{case}\"", "\"set\": \"train\", \"name\": \"{case}\"", "cases[0].set is \"train\", but must be training, test or validation")]
    [InlineData("\"cases\"", "\"back\": {\"from\": \"{case}\", \"to\": \"../{case}\"}, \"cases\"", "back.to is \"../{case}\", but must be a path below the folder of results")]
    public void Read_AFaultyDescription_SaysWhatIsWrong(string sound, string faulty, string fault)
    {
        string text = Sound.Replace(sound, faulty, StringComparison.Ordinal);

        DescribedException error = Assert.Throws<DescribedException>(() => ProductJson.Parse<ConversionDescription>("mine.json", text));

        Assert.NotEqual(Sound, text);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/{x}_t1", "a/p1_t1", "p1")]
    [InlineData("a/{x}_t1", "a/p1_t1ce", null)]
    [InlineData("**/{x}/{x}_t1", "p1/p1_t1", "p1")]
    [InlineData("**/{x}/{x}_t1", "a/b/p1/p1_t1", "p1")]
    [InlineData("**/{x}/{x}_t1", "a/b/p1/p2_t1", null)]
    [InlineData("{x:##}", "12", "12")]
    [InlineData("{x:##}", "123", null)]
    [InlineData("{x:HGG|LGG*}", "LGG7", "LGG7")]
    [InlineData("{x:HGG|LGG*}", "HGG7", null)]
    [InlineData("{x:number}", "0123", "0123")]
    [InlineData("{x:number}", "a1", null)]
    [InlineData("*_train/{x}", "Fluo+_train/01", "01")]
    [InlineData("*/{x}", "a/b/c", null)]
    [InlineData("a.b/{x:A+}", "a.b/A+", "A+")]
    [InlineData("a.b/{x}", "aXb/c", null)]
    public void Match_OfAPattern(string pattern, string path, string? x)
    {
        IReadOnlyDictionary<string, string>? texts = new PathPattern(pattern).Match(path);

        Assert.Equal(x, texts?["x"]);
    }

    [Theory]
    [InlineData("{x}_{y:0000}", "A+_0007")]
    [InlineData("case{x:lower}", "casea+")]
    [InlineData("{y:00}", "07")]
    public void Fill_OfATemplate(string template, string name) =>
        Assert.Equal(name, new NameTemplate(template).Fill(new Dictionary<string, string> { ["x"] = "A+", ["y"] = "7" }));

    [Fact]
    public void Fill_WhatIsNoNumber_IsRefused() =>
        Assert.Contains("x is \"A\", which is no number", Assert.Throws<DescribedException>(static () => new NameTemplate("{x:00}").Fill(new Dictionary<string, string> { ["x"] = "A" })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("7", 7, 7)]
    [InlineData("-3", -3, -3)]
    [InlineData("56-70", 56, 70)]
    [InlineData("210-", 210, long.MaxValue)]
    [InlineData("*", long.MinValue, long.MaxValue)]
    public void ARange_IsReadAndPrinted(string text, long from, long to)
    {
        ValueRange range = ValueRange.TryParse(text)!.Value;

        Assert.Equal((from, to, text), (range.From, range.To, range.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("7-3")]
    [InlineData("a")]
    [InlineData("1-a")]
    public void ARange_OfWhatIsNone_IsNone(string text) => Assert.Null(ValueRange.TryParse(text));
}
