using System.Text;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Architecture;

/// <summary>Writes <c>docs/architecture.md</c>: projects and folders in reading order, with what each is for and what it uses.</summary>
internal static class ArchitecturePage
{
    /// <summary>The page.</summary>
    public static string Path => System.IO.Path.Combine(TestData.RepositoryRoot(), "docs", "architecture.md");

    /// <summary>The file with a folder's sentence.</summary>
    public static string ReadmeOf(FolderGraph graph, string folder) => $"src/{PathOf(graph, folder)}/README.md";

    /// <summary>What a folder is for; null where nobody has said it.</summary>
    public static string? SentenceOf(FolderGraph graph, string folder)
    {
        string path = System.IO.Path.Combine(TestData.RepositoryRoot(), ReadmeOf(graph, folder));
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>The page's text.</summary>
    public static string Write(FolderGraph graph)
    {
        string[] order = [.. graph.ReadingOrder()];
        string[] projects = [.. order.Select(f => graph.Owners[f]).Distinct().OrderBy(p => Below(p, ProjectsUsedBy)).ThenBy(static p => p, StringComparer.Ordinal)];
        order = [.. order.OrderBy(f => Array.IndexOf(projects, graph.Owners[f]))];
        StringBuilder page = new(
            """
            # Architecture

            Projects and folders in reading order: each comes after those that it uses, and none use each other in a circle. Written
            from the compiled assemblies and the `README.md` of each folder by `build/write-architecture`; a test holds it current.

            ```mermaid
            graph LR

            """);
        foreach (string project in projects)
        {
            foreach (string used in Direct(project, ProjectsUsedBy)) page.Append("  ").Append(Short(project)).Append(" --> ").Append(Short(used)).Append('\n');
        }

        page.Append("```\n");
        foreach (string project in projects)
        {
            string[] folders = [.. order.Where(f => graph.Owners[f] == project)];
            page.Append("\n## ").Append(ProjectName(project)).Append("\n\n");
            if (folders.Length > 1) page.Append("```mermaid\ngraph LR\n").Append(Edges(folders)).Append("```\n\n");
            page.Append("| folder | what it is for | uses |\n|---|---|---|\n");
            foreach (string folder in folders)
            {
                page.Append("| [`").Append(PathOf(graph, folder)).Append("`](../src/").Append(PathOf(graph, folder)).Append(") | ").Append(SentenceOf(graph, folder)).Append(" | ");
                page.AppendJoin(", ", graph.UsesOf(folder).OrderBy(f => Array.IndexOf(order, f)).Select(f => $"`{(graph.Owners[f] == project ? Label(f) : PathOf(graph, f)["NnUNet.".Length..])}`")).Append(" |\n");
            }
        }

        return page.ToString();

        IEnumerable<string> ProjectsUsedBy(string project) => order.Where(f => graph.Owners[f] == project).SelectMany(graph.UsesOf).Select(f => graph.Owners[f]).Where(p => p != project).Distinct();

        string Edges(string[] folders)
        {
            StringBuilder edges = new();
            foreach (string folder in folders)
            {
                string[] used = [.. Direct(folder, f => graph.UsesOf(f).Where(folders.Contains))];
                if (used.Length == 0) edges.Append("  ").Append(Node(folder)).Append('\n');
                foreach (string one in used) edges.Append("  ").Append(Node(folder)).Append(" --> ").Append(Node(one)).Append('\n');
            }

            return edges.ToString();
        }

        string Node(string folder) => $"{folder.Replace('.', '_')}[\"{Label(folder)}\"]";

        string Label(string folder) => PathOf(graph, folder) is var path && path.IndexOf('/') is > 0 and var slash ? path[(slash + 1)..] : "(root)";
    }

    /// <summary>What is used but not by way of something else that is used: what a drawing needs to show.</summary>
    private static IEnumerable<string> Direct(string from, Func<string, IEnumerable<string>> uses)
    {
        string[] used = [.. uses(from)];
        return used.Where(one => !used.Any(other => other != one && Reaches(other, one, uses, []))).Order(StringComparer.Ordinal);
    }

    /// <summary>How many are used, directly or by way of others.</summary>
    private static int Below(string from, Func<string, IEnumerable<string>> uses)
    {
        HashSet<string> seen = [];
        Reaches(from, "", uses, seen);
        return seen.Count;
    }

    private static bool Reaches(string from, string to, Func<string, IEnumerable<string>> uses, HashSet<string> seen) =>
        seen.Add(from) && uses(from).Any(next => next == to || Reaches(next, to, uses, seen));

    private static string ProjectName(string assembly) => assembly == "nnunet" ? "NnUNet.Cli" : assembly;

    private static string Short(string assembly) => ProjectName(assembly)["NnUNet.".Length..];

    private static string PathOf(FolderGraph graph, string folder)
    {
        string project = ProjectName(graph.Owners[folder]);
        return folder.Length == project.Length ? project : $"{project}/{folder[(project.Length + 1)..].Replace('.', '/')}";
    }
}
