using System.Reflection;
using Mono.Cecil;

namespace NnUNet.Cli.Tests.Architecture;

/// <summary>Which assembly may use which.</summary>
public sealed class AssemblyTests
{
    [Theory]
    [InlineData("NnUNet.Foundation")]
    [InlineData("NnUNet.Imaging", "NnUNet.Foundation")]
    [InlineData("NnUNet.Files", "NnUNet.Foundation")]
    [InlineData("NnUNet.Core", "NnUNet.Foundation", "NnUNet.Imaging", "NnUNet.Files")]
    [InlineData("NnUNet.Interop", "NnUNet.Foundation", "NnUNet.Imaging", "NnUNet.Files", "NnUNet.Core")]
    [InlineData("NnUNet.Torch", "NnUNet.Foundation", "NnUNet.Imaging", "NnUNet.Files", "NnUNet.Core", "NnUNet.Interop")]
    [InlineData("NnUNet.Workflows", "NnUNet.Foundation", "NnUNet.Imaging", "NnUNet.Files", "NnUNet.Core", "NnUNet.Interop", "NnUNet.Torch")]
    [InlineData("NnUNet.Hosting", "NnUNet.Foundation", "NnUNet.Imaging", "NnUNet.Files", "NnUNet.Core", "NnUNet.Interop", "NnUNet.Torch", "NnUNet.Workflows")]
    [InlineData("NnUNet.Pictures", "NnUNet.Foundation", "NnUNet.Imaging", "NnUNet.Files", "NnUNet.Core", "NnUNet.Torch")]
    [InlineData("NnUNet.Client")]
    [InlineData("NnUNet.Web", "NnUNet.Foundation", "NnUNet.Imaging", "NnUNet.Files", "NnUNet.Core", "NnUNet.Interop", "NnUNet.Torch", "NnUNet.Workflows", "NnUNet.Hosting", "NnUNet.Pictures", "NnUNet.Client")]
    public void ProductReferences_GoOneWay(string name, params string[] allowed)
    {
        IEnumerable<string> own = References(name).Where(static reference => reference.StartsWith("NnUNet.", StringComparison.Ordinal));

        Assert.Empty(own.Except(allowed, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("NnUNet.Foundation")]
    [InlineData("NnUNet.Imaging")]
    [InlineData("NnUNet.Files")]
    [InlineData("NnUNet.Core")]
    [InlineData("NnUNet.Interop")]
    [InlineData("NnUNet.Workflows")]
    [InlineData("NnUNet.Hosting")]
    [InlineData("NnUNet.Pictures")]
    [InlineData("NnUNet.Client")]
    [InlineData("NnUNet.Web")]
    [InlineData("nnunet")]
    public void OnlyNnUNetTorch_NamesTensors(string name) =>
        Assert.DoesNotContain(References(name), static reference => reference.StartsWith("TorchSharp", StringComparison.Ordinal));

    [Theory]
    [InlineData("NnUNet.Foundation")]
    [InlineData("NnUNet.Imaging")]
    [InlineData("NnUNet.Files")]
    [InlineData("NnUNet.Core")]
    [InlineData("NnUNet.Interop")]
    [InlineData("NnUNet.Torch")]
    [InlineData("NnUNet.Workflows")]
    [InlineData("NnUNet.Hosting")]
    [InlineData("NnUNet.Client")]
    [InlineData("NnUNet.Web")]
    [InlineData("nnunet")]
    public void OnlyPictures_NameDrawing(string name) =>
        Assert.DoesNotContain(References(name), static reference => reference.StartsWith("SkiaSharp", StringComparison.Ordinal) || reference.StartsWith("ScottPlot", StringComparison.Ordinal));

    [Theory]
    [InlineData("NnUNet.Foundation")]
    [InlineData("NnUNet.Imaging")]
    [InlineData("NnUNet.Files")]
    [InlineData("NnUNet.Core")]
    [InlineData("NnUNet.Interop")]
    [InlineData("NnUNet.Torch")]
    [InlineData("NnUNet.Workflows")]
    [InlineData("NnUNet.Hosting")]
    [InlineData("NnUNet.Pictures")]
    [InlineData("NnUNet.Client")]
    public void Libraries_HaveNoConsole(string name) => Assert.DoesNotContain("System.Console", References(name));

    [Fact]
    public void TheProgram_NeedsNoWebFramework() =>
        Assert.DoesNotContain(References("nnunet"), static reference => reference.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || reference == "NnUNet.Web");

    [Fact]
    public void TheEnvironment_IsReadInOnePlace()
    {
        // Values reach everything else as arguments.
        string[] readers = [.. from name in FolderGraph.Read().Assemblies from type in TypesThatCall(name, "GetEnvironmentVariable") select type];

        Assert.Equal(["NnUNet.Core.EnvironmentSettings"], readers.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> TypesThatCall(string assembly, string method)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        return
        [
            .. module.Types.Where(type => type.NestedTypes.Append(type)
                .SelectMany(static t => t.Methods)
                .Where(static m => m.HasBody)
                .Any(m => m.Body.Instructions.Any(i => i.Operand is MethodReference called && called.Name.StartsWith(method, StringComparison.Ordinal))))
                .Select(static type => type.FullName),
        ];
    }

    private static string[] References(string name) => [.. Assembly.Load(name).GetReferencedAssemblies().Select(static reference => reference.Name!)];
}
