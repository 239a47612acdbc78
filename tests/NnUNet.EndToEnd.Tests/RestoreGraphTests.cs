using System.Text.Json.Nodes;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

[Collection("installation")] // after or before an installation, not while it restores
public sealed class RestoreGraphTests
{
    [Fact]
    public void NoProject_RestoresACudaPackage()
    {
        string[] graphs = [.. Directory.GetFiles(TestData.RepositoryRoot(), "project.assets.json", SearchOption.AllDirectories)];

        Assert.NotEmpty(graphs);
        Assert.All(graphs, static graph => Assert.DoesNotContain(
            JsonNode.Parse(File.ReadAllText(graph))!["libraries"]!.AsObject(), static library => library.Key.Contains("cuda", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("NnUNet.Torch")]
    [InlineData("NnUNet.Workflows")]
    public void WhatPredicts_RestoresNothingThatDraws(string project) =>
        Assert.Empty(DrawingLibraries.In(Path.Combine(TestData.RepositoryRoot(), "src", project, "obj", "project.assets.json")));

    [Fact]
    public void Output_HasOnlyThisPlatformsNatives()
    {
        string folder = BuiltProgram.Folder;
        string[] foreign = OperatingSystem.IsWindows() ? [".so", ".dylib"] : OperatingSystem.IsMacOS() ? [".so"] : [".dylib"];

        Assert.DoesNotContain(
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories), file => foreign.Contains(Path.GetExtension(file)) || Path.GetFileName(file) == "libtorch_python.so");
    }
}
