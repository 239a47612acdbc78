using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Interop.V2;
using NnUNet.Interop.V2.Results;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V2;

/// <summary>A <c>dataset.json</c> means the same beside a model and beside results.</summary>
public sealed class V2LabelsTests
{
    [Theory]
    [InlineData("""{"background": 0, "a": 1, "b": [2], "ignore": 3}""", "0 1 2", "", 3)]
    [InlineData("""{"background": "0", "a": "1", "ignore": null}""", "0 1", "", -1)]
    [InlineData("""{"background": 0.0, "a": 1.0}""", "0 1", "", -1)]
    [InlineData("""{"0": "background", "2": "b", "1": "a"}""", "0 1 2", "", -1)]
    [InlineData("""{"whole": [2, 1], "background": 0, "core": 2, "nothing": [0]}""", "0 1 2", "whole core", -1)]
    public void Read_WhatTheOriginalGoesOnWith_IsTheSameForModelsAndResults(string labels, string all, string regions, int ignore)
    {
        // When
        (V2Dataset? model, ResultLabels? results, _) = Both(labels);

        // Then
        Assert.Equal(all, string.Join(' ', results!.AllLabels));
        Assert.Equal(results.Foreground, model!.Labels.Foreground);
        Assert.Equal(regions, string.Join(' ', model.Labels.Regions.Select(static r => r.Name)));
        Assert.Equal((results.Outputs, results.RegionsClassOrder), (model.Labels.Outputs, model.Labels.RegionsClassOrder));
        Assert.Equal((ignore < 0 ? null : (int?)ignore, results.IgnoreLabel), (model.Labels.Ignore, model.Labels.Ignore));
    }

    [Theory]
    [InlineData("""{"a": 1}""", "there is no label \"background\"")]
    [InlineData("""{"background": [0], "a": 1}""", "the label \"background\" must be 0")]
    [InlineData("""{"background": 0, "a": 1.5}""", "the label \"a\" is 1.5, but must be a number from 0 to 32767")]
    [InlineData("""{"background": 0, "a": null}""", "the label \"a\" is")]
    [InlineData("""{"background": 0, "a": []}""", "the label \"a\" is")]
    [InlineData("""{"background": 0, "a": -1}""", "the label \"a\" is -1")]
    [InlineData("""{"background": 0, "a": true}""", "the label \"a\" is true")]
    [InlineData("""{"background": 0, "a": 1, "ignore": 7}""", "the label \"ignore\" is 7, but must be the highest label and one more, 2")]
    [InlineData("""{"background": 0, "a": 1, "ignore": "2"}""", "the label \"ignore\" is \"2\", but must be one number")]
    [InlineData("""{"background": 0, "a": [1, 2], "b": 2, "c": 1}""", "regions_class_order has 2 labels for 3 regions (a, b, c)")]
    [InlineData("[]", "labels is")]
    public void Read_WhatTheOriginalRefuses_IsRefusedAlike(string labels, string reason)
    {
        (_, _, string[] messages) = Both(labels);

        Assert.Equal(2, messages.Length);
        Assert.All(messages, message => Assert.Contains(reason, message, StringComparison.Ordinal));
    }

    private static (V2Dataset? Model, ResultLabels? Results, string[] Messages) Both(string labels)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["dataset.json"], $$"""{"channel_names": {"0": "CT"}, "labels": {{labels}}, "regions_class_order": [1, 2], "file_ending": ".nii.gz"}""");
        List<string> messages = [];
        V2Dataset? model = Told(() => V2Dataset.Read(folder["dataset.json"]));
        ResultLabels? results = Told(() => ResultLabels.Of("dataset.json", JsonNode.Parse(File.ReadAllText(folder["dataset.json"]))));
        return (model, results, [.. messages]);

        T? Told<T>(Func<T> read)
            where T : class
        {
            try
            {
                return read();
            }
            catch (DescribedException e)
            {
                messages.Add(e.Message);
                return null;
            }
        }
    }
}
