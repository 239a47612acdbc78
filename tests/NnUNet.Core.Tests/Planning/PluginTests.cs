using System.Reflection;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

public sealed class PluginTests
{
    [Fact]
    public void Load_TheCompiledSample_AddsItsPlannerToTheCatalogue()
    {
        PluginLoader.Load(TestData.Sample("PluginPlanner"));

        Plan plan = Catalog<ExperimentPlanner>.Create("ExperimentPlanner3D_v21_tiny").CreatePlan(SmallDataset.Create(20, [72, 72, 72], [1, 1, 1]));

        Assert.Equal("nnUNetData_plans_v2.1_tiny", plan.DataIdentifier);
        Assert.Equal(2, plan.NumStages);
        Assert.Equal([32, 32, 32], plan.PlansPerStage[0].PatchSize);
        Assert.Equal([32, 32, 32], plan.PlansPerStage[1].PatchSize);
    }

    [Fact]
    public void Load_TheSameFileTwice_IsLoadedOnce()
    {
        Assembly first = PluginLoader.Load(TestData.Sample("PluginPlanner"));

        Assembly second = PluginLoader.Load(TestData.Sample("PluginPlanner"));

        Assert.Same(first, second);
    }

    [Fact]
    public void TheSample_BringsNoCopyOfTheProgram() =>
        Assert.Equal(["PluginPlanner.dll"], Directory.GetFiles(Path.GetDirectoryName(TestData.Sample("PluginPlanner"))!, "*.dll").Select(Path.GetFileName));

    [Fact]
    public void Load_NoFile_SaysSo()
    {
        PluginException error = Assert.Throws<PluginException>(() => PluginLoader.Load("nowhere.dll"));

        Assert.Equal("nowhere.dll: there is no such file; name the plug-in's DLL.", error.Message);
    }

    [Fact]
    public void Load_NoAssembly_SaysSo()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["text.dll"], "not an assembly");

        PluginException error = Assert.Throws<PluginException>(() => PluginLoader.Load(folder["text.dll"]));

        Assert.Contains("this is not a .NET assembly", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AssemblyWithoutCatalogueNames_SaysSo()
    {
        PluginException error = Assert.Throws<PluginException>(() => PluginLoader.Load(typeof(Assert).Assembly.Location));

        Assert.Contains("it has no class that a catalogue could find", error.Message, StringComparison.Ordinal);
    }
}
