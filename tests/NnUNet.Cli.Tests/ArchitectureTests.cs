using System.Reflection;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Imaging;

namespace NnUNet.Cli.Tests;

public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("NnUNet.Imaging")]
    [InlineData("NnUNet.Core", "NnUNet.Imaging")]
    [InlineData("NnUNet.Interop", "NnUNet.Imaging", "NnUNet.Core")]
    [InlineData("NnUNet.Torch", "NnUNet.Imaging", "NnUNet.Core", "NnUNet.Interop")]
    [InlineData("nnunet", "NnUNet.Imaging", "NnUNet.Core", "NnUNet.Interop", "NnUNet.Torch")]
    public void ProductReferences_GoOneWay(string name, params string[] allowed)
    {
        IEnumerable<string> own = References(name).Where(static reference => reference.StartsWith("NnUNet.", StringComparison.Ordinal));

        Assert.Empty(own.Except(allowed, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("NnUNet.Imaging")]
    [InlineData("NnUNet.Core")]
    [InlineData("NnUNet.Interop")]
    public void NothingLeftOfTorch_NamesTensorsOrDrawing(string name) =>
        Assert.DoesNotContain(References(name), static reference => reference.StartsWith("TorchSharp", StringComparison.Ordinal)
            || reference.StartsWith("SkiaSharp", StringComparison.Ordinal) || reference.StartsWith("ScottPlot", StringComparison.Ordinal));

    [Theory]
    [InlineData("NnUNet.Imaging")]
    [InlineData("NnUNet.Core")]
    [InlineData("NnUNet.Interop")]
    [InlineData("NnUNet.Torch")]
    public void Libraries_HaveNoConsole(string name) => Assert.DoesNotContain("System.Console", References(name));

    [Fact]
    public void TheProgram_TakesTensorsFromTheLibraryOnly() => Assert.DoesNotContain("TorchSharp", References("nnunet"));

    private static string[] References(string name)
    {
        Assembly[] product = [typeof(Extent).Assembly, typeof(Workspace).Assembly, Assembly.Load("NnUNet.Interop"), Assembly.Load("NnUNet.Torch"), typeof(CommandLine).Assembly];
        return [.. product.Single(assembly => assembly.GetName().Name == name).GetReferencedAssemblies().Select(static reference => reference.Name!)];
    }
}
