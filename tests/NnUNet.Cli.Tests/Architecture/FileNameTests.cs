using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Architecture;

/// <summary>
/// Files are called after their types. A file has one main type, whose name it bears. With it may stand types of the same name
/// with other type parameters, types that derive from it, its JSON converters, and plain data for it: enums, delegates, records,
/// attributes and exceptions. A file of several classes of one base alone is called after the base in the plural: OverlapMetrics.
/// </summary>
public sealed partial class FileNameTests
{
    [Theory]
    [InlineData("NnUNet.Foundation")]
    [InlineData("NnUNet.Imaging")]
    [InlineData("NnUNet.Files")]
    [InlineData("NnUNet.Core")]
    [InlineData("NnUNet.Interop")]
    [InlineData("NnUNet.Pictures")]
    [InlineData("NnUNet.Workflows")]
    public void Files_AreCalledAfterTheirTypes(string project)
    {
        Assembly assembly = Assembly.Load(project);
        string folder = Path.Combine(TestData.RepositoryRoot(), "src", project);

        string[] faults = [.. from file in SourceFiles(folder) let fault = Fault(file, assembly) where fault is not null select $"{Path.GetRelativePath(folder, file)}: {fault}"];

        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    [Fact]
    public void TheReader_SeesTheTypes()
    {
        // A reader that sees no types would find no fault either.
        string folder = Path.Combine(TestData.RepositoryRoot(), "src", "NnUNet.Foundation");

        string[] names = [.. SourceFiles(folder).SelectMany(file => Types(file, Assembly.Load("NnUNet.Foundation"))).Select(NameOf).Distinct()];

        Assert.Equal(Assembly.Load("NnUNet.Foundation").GetTypes().Where(IsWritten).Select(NameOf).Distinct().Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    private static string? Fault(string file, Assembly assembly)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        Type[] types = [.. Types(file, assembly)];
        Type? main = Array.Find(types, t => NameOf(t) == name);
        if (main is null)
            return types.Length == 0 || IsFamily(name, types) ? null : $"no type is called so; it holds {string.Join(", ", types.Select(NameOf))}";

        string[] strangers = [.. types.Where(t => NameOf(t) != name && !DerivesFrom(t, name) && !IsPlainData(t)).Select(NameOf)];
        return strangers.Length == 0 ? null : $"{string.Join(", ", strangers)} should have a file of its own";
    }

    private static bool IsFamily(string file, Type[] types) => types.Length > 1 && types.SelectMany(Bases).Any(b =>
        file.EndsWith(NameOf(b) + "s", StringComparison.Ordinal) && types.All(t => DerivesFrom(t, NameOf(b))));

    private static bool IsPlainData(Type type) => type.IsEnum || type.GetMethod("<Clone>$") is not null || IsRecordStruct(type)
        || type.IsSubclassOf(typeof(Delegate)) || type.IsSubclassOf(typeof(Exception)) || type.IsSubclassOf(typeof(Attribute)) || type.IsSubclassOf(typeof(JsonConverter));

    private static bool IsRecordStruct(Type type) =>
        type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static bool DerivesFrom(Type type, string name) => Bases(type).Any(b => NameOf(b) == name);

    private static IEnumerable<Type> Bases(Type type)
    {
        for (Type? at = type.BaseType; at is not null; at = at.BaseType) yield return at;
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    private static bool IsWritten(Type type) => !type.IsNested && type.Namespace?.StartsWith("NnUNet.", StringComparison.Ordinal) == true && !type.Name.StartsWith('<');

    private static IEnumerable<Type> Types(string file, Assembly assembly)
    {
        string text = File.ReadAllText(file);
        string space = NamespacePattern().Match(text).Groups["name"].Value;
        foreach (string name in TypePattern().Matches(text).Select(static m => m.Groups["name"].Value).Distinct())
        {
            foreach (Type type in assembly.GetTypes().Where(t => !t.IsNested && t.Namespace == space && NameOf(t) == name)) yield return type;
        }
    }

    private static IEnumerable<string> SourceFiles(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
        .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespacePattern();

    [GeneratedRegex(
        @"^(\[[^\r\n]*\]\s*)?((public|internal|sealed|static|abstract|readonly|partial|unsafe|ref)\s+)*(class|record struct|record|struct|interface|enum|delegate [^\s(]+)\s+(?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TypePattern();
}
