using System.Reflection;
using System.Text.RegularExpressions;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Documentation;

/// <summary>What the pages for programmers name is there, and may be used by others.</summary>
public sealed class NamesInPagesTests
{
    private static readonly string[] ForProgrammers = ["docs/library.md", "docs/extending.md", "docs/evaluation.md", "docs/datasets.md"];

    private static readonly Type[] Types =
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "NnUNet.*.dll").Where(static file => !Path.GetFileName(file).Contains("Test", StringComparison.Ordinal)).SelectMany(static file => Assembly.LoadFrom(file).GetExportedTypes()),
    ];

    private static readonly ILookup<string, Type> BySimpleName = Types.ToLookup(static type => type.Name.Split('`')[0], StringComparer.Ordinal);

    [Fact]
    public void EveryMember_IsPublicOrForDerivedClasses()
    {
        var members = from page in ForProgrammers
                      from Match name in Regex.Matches(Pages.All[page], @"`(?<type>[A-Z]\w+)\.(?<member>[A-Z]\w+)[`(]", RegexOptions.ExplicitCapture)
                      where BySimpleName.Contains(name.Groups["type"].Value)
                      select (Page: page, Type: name.Groups["type"].Value, Member: name.Groups["member"].Value);

        Assert.Contains(members, static m => m.Type == "PredictOptions");
        Assert.All(members, static m => Assert.True(BySimpleName[m.Type].Any(type => Has(type, m.Member)), $"{m.Page}: {m.Type} has no {m.Member}"));
    }

    [Fact]
    public void EveryFullName_IsAPublicTypeOrANamespaceOrAPackage()
    {
        HashSet<string> known = [.. Types.Select(static type => type.FullName!.Split('`')[0]), .. Types.Select(static type => type.Namespace!), .. Projects()];
        var names = from page in ForProgrammers
                    from Match name in Regex.Matches(Pages.All[page], @"`(?<name>NnUNet(?:\.[A-Z]\w+)+)(?:<\w+>)?`", RegexOptions.ExplicitCapture)
                    select (Page: page, Name: name.Groups["name"].Value);

        Assert.Contains(names, static n => n.Name == "NnUNet.Torch.Training.TrainerRecipe");
        Assert.All(names, name => Assert.True(known.Contains(name.Name), $"{name.Page}: there is no {name.Name}"));
    }

    private static bool Has(Type type, string member) =>
        type.GetMember(member, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy)
            .Any(static found => found switch
            {
                MethodBase method => method.IsPublic || method.IsFamily,
                PropertyInfo { GetMethod: { } getter } => getter.IsPublic || getter.IsFamily,
                FieldInfo field => field.IsPublic,
                _ => true,
            });

    private static IEnumerable<string> Projects() =>
        Directory.GetDirectories(Path.Combine(TestData.RepositoryRoot(), "src"), "NnUNet.*").Select(static folder => Path.GetFileName(folder));
}
