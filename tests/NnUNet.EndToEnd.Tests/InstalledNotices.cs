using System.Text.Json.Nodes;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>What a folder of the program must say about what is in it.</summary>
internal static class InstalledNotices
{
    /// <summary>Checks the licence, the notices and the bill of materials of a folder against every file in it.</summary>
    public static void Check(string folder)
    {
        Assert.Equal(File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "LICENSE")), File.ReadAllText(Path.Combine(folder, "LICENSE")));
        string notices = File.ReadAllText(Path.Combine(folder, "THIRD-PARTY-NOTICES.txt"));
        JsonObject bill = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "sbom.json")))!.AsObject();
        Dictionary<string, string> owners = OwnersOfFiles([.. Directory.GetFiles(folder, "*.deps.json").Order(StringComparer.Ordinal).Reverse()]);

        // Every library in the folder comes from a package that is named in both.
        string[] libraries = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(IsLibrary).Select(static f => Path.GetFileName(f))];
        Assert.NotEmpty(libraries);
        foreach (string library in libraries)
        {
            Assert.True(owners.TryGetValue(library, out string? owner), $"{library} comes from no package");
            if (owner.StartsWith("NnUNet.", StringComparison.Ordinal) || owner.StartsWith("nnunet/", StringComparison.Ordinal)) continue;
            string[] parts = owner.Split('/');
            Assert.Contains($"\n{parts[0]} {parts[1]}\n", notices, StringComparison.Ordinal);
            Assert.Contains(Components(bill), c => (string?)c["purl"] == $"pkg:nuget/{parts[0]}@{parts[1]}" && c["licenses"] is not null && ((string?)c["hashes"]![0]!["content"])!.Length == 128);
        }

        // What the pages take from npm is named where it came along, and only there.
        foreach ((string file, string package) in ((string, string)[])[("niivue/index.js", "@niivue/niivue"), ("uplot/uPlot.esm.js", "uplot")])
        {
            bool came = File.Exists(Path.Combine(folder, "wwwroot", "lib", file));
            Assert.Equal(came, notices.Contains($"\n{package} ", StringComparison.Ordinal));
            Assert.Equal(came, Components(bill).Any(c => ((string?)c["purl"])?.StartsWith($"pkg:npm/{package.Replace("@", "%40", StringComparison.Ordinal)}@", StringComparison.Ordinal) == true));
        }

        // The texts of licences are there, of packages that bring one and of those that only name it.
        Assert.All((string[])["Permission is hereby granted, free of charge", "Copyright 2015, Google Inc.", "Redistribution and use in source and binary forms", "PyTorch"], text => Assert.Contains(text, notices, StringComparison.Ordinal));

        Assert.Equal(("CycloneDX", "1.6"), ((string?)bill["bomFormat"], (string?)bill["specVersion"]));
        HashSet<string> known = [.. Components(bill).Select(static c => (string)c["bom-ref"]!), (string)bill["metadata"]!["component"]!["bom-ref"]!];
        JsonNode[] dependencies = [.. bill["dependencies"]!.AsArray().Select(static d => d!)];
        Assert.Equal(known.Order(StringComparer.Ordinal), dependencies.Select(static d => (string)d["ref"]!).Order(StringComparer.Ordinal));
        Assert.All(dependencies.SelectMany(static d => d["dependsOn"]!.AsArray()), d => Assert.Contains((string)d!, known));
        Assert.Contains(Components(bill), static c => (string?)c["name"] == "NnUNet.Torch");
        Assert.DoesNotContain(Components(bill), static c => ((string)c["name"]!).Contains("Analyzers", StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> Components(JsonObject bill) => bill["components"]!.AsArray().Select(static c => c!);

    private static bool IsLibrary(string file) =>
        Path.GetExtension(file) is ".dll" or ".dylib" || Path.GetFileName(file).Contains(".so", StringComparison.Ordinal);

    /// <summary>The library of the programs' <c>deps.json</c>, NAME/VERSION, that each file belongs to.</summary>
    private static Dictionary<string, string> OwnersOfFiles(string[] programs)
    {
        return (from deps in programs
                from library in JsonNode.Parse(File.ReadAllText(deps))!["targets"]!.AsObject().Last().Value!.AsObject()
                from kind in (string[])["runtime", "native", "resources", "runtimeTargets"]
                where library.Value![kind] is not null
                from file in library.Value![kind]!.AsObject()
                select (Path.GetFileName(file.Key), library.Key)).DistinctBy(static f => f.Item1).ToDictionary(static f => f.Item1, static f => f.Key);
    }
}
