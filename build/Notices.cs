using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Serialization.Json;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes what an installation brings along, from the packages that were restored: THIRD-PARTY-NOTICES.txt with the licence of
/// each, and sbom.json, a bill of materials in CycloneDX 1.6. Needs no network; the same packages give the same bytes.
/// </summary>
/// <remarks>Compiled by MSBuild as an inline task (Notices.targets) for .NET Standard, without other libraries.</remarks>
public class WriteNotices : Task
{
    private const string NoticesTitle =
        "nnU-Net for .NET is under the Apache License 2.0 (see LICENSE). It brings along the packages below, each under its own\nlicence. The program that starts it (nnunet, nnunet.exe) is made of one of the .NET SDK, which is under this licence:\n\n"
        + "Copyright (c) .NET Foundation and Contributors\n\n";

    /// <summary>project.assets.json.</summary>
    [Required]
    public string Assets { get; set; }

    /// <summary>The target framework, as the assets name it.</summary>
    [Required]
    public string Framework { get; set; }

    /// <summary>The platform; empty for a library of all platforms.</summary>
    public string Runtime { get; set; }

    /// <summary>The product's name and version.</summary>
    [Required]
    public string Product { get; set; }

    /// <summary>The product's version.</summary>
    [Required]
    public string Version { get; set; }

    /// <summary>The folder of licence texts by their SPDX names, for packages that bring no text.</summary>
    [Required]
    public string Licences { get; set; }

    /// <summary>Parts of .NET itself that come along: packages of a self-contained program, with their folder, name and version.</summary>
    public ITaskItem[] RuntimePacks { get; set; }

    /// <summary>Files project.assets.json of other programs that come along.</summary>
    public ITaskItem[] MoreAssets { get; set; }

    /// <summary>Folders node_modules of what comes along from npm.</summary>
    public ITaskItem[] Npm { get; set; }

    /// <summary>Gets the two files.</summary>
    [Required]
    public string Folder { get; set; }

    public override bool Execute()
    {
        List<Part> parts = new List<Part>();
        foreach (string file in new[] { Assets }.Concat((MoreAssets ?? new ITaskItem[0]).Select(a => a.ItemSpec)))
        {
            if (!ReadAssets(file, parts)) return false;
        }

        foreach (ITaskItem modules in Npm ?? new ITaskItem[0]) parts.AddRange(ReadModules(modules.ItemSpec));
        foreach (ITaskItem pack in RuntimePacks ?? new ITaskItem[0])
        {
            if (parts.Any(p => string.Equals(p.Id, pack.GetMetadata("NuGetPackageId"), StringComparison.OrdinalIgnoreCase))) continue;
            Part part = new Part { Id = pack.GetMetadata("NuGetPackageId"), Version = pack.GetMetadata("NuGetPackageVersion"), Uses = new string[0] };
            string path = pack.GetMetadata("PackageDirectory");
            string hash = Directory.GetFiles(path, "*.nupkg.sha512").FirstOrDefault();
            if (hash != null) part.Hash = File.ReadAllText(hash).Trim();
            parts.Add(Describe(part, path));
        }

        parts.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        if (Log.HasLoggedErrors) return false;
        Directory.CreateDirectory(Folder);
        Write(Path.Combine(Folder, "THIRD-PARTY-NOTICES.txt"), Notices(parts.Where(p => !p.Own)));
        Write(Path.Combine(Folder, "sbom.json"), Bill(parts));
        return !Log.HasLoggedErrors;
    }

    /// <summary>Adds what a program brings along that is not there already.</summary>
    private bool ReadAssets(string file, List<Part> parts)
    {
        XElement assets = ReadJson(file);
        string[] names = string.IsNullOrEmpty(Runtime) ? new[] { Framework } : new[] { Framework + "/" + Runtime, Framework };
        XElement target = names.Select(n => Child(Child(assets, "targets"), n)).FirstOrDefault(t => t != null);
        if (target == null)
        {
            Log.LogError("{0} has no target {1}; restore the project again.", file, names[0]);
            return false;
        }

        string[] folders = Child(assets, "packageFolders").Elements().Select(NameOf).ToArray();
        HashSet<string> there = new HashSet<string>(parts.Select(p => p.Id), StringComparer.OrdinalIgnoreCase);
        foreach (XElement library in target.Elements())
        {
            if (there.Contains(NameOf(library).Split('/')[0])) continue;
            Part part = ReadPart(library, Child(assets, "libraries"), folders);
            if (part != null) parts.Add(part);
        }

        return true;
    }

    /// <summary>The packages of a folder node_modules, by npm's own list of them. A module's file holds what it uses of the others.</summary>
    private IEnumerable<Part> ReadModules(string folder)
    {
        foreach (XElement package in Child(ReadJson(Path.Combine(folder, ".package-lock.json")), "packages").Elements())
        {
            string id = NameOf(package).Substring("node_modules/".Length), path = Path.Combine(folder, id);
            if (!Directory.Exists(path)) continue;
            XElement described = ReadJson(Path.Combine(path, "package.json"));
            XElement author = described.Element("author");
            Part part = new Part
            {
                Id = id, Version = (string)described.Element("version"), Npm = true, Licence = (string)described.Element("license"),
                Authors = author == null ? null : (string)author.Element("name") ?? author.Value.Split('<')[0].Trim(),
                Url = (string)described.Element("homepage"),
                Uses = (described.Element("dependencies")?.Elements() ?? Enumerable.Empty<XElement>()).Select(NameOf).ToArray(),
            };
            string sum = (string)package.Element("integrity");
            if (sum != null && sum.StartsWith("sha512-", StringComparison.Ordinal)) part.Hash = sum.Substring("sha512-".Length);
            string own = Path.Combine(Licences, id.Replace('/', '+') + ".txt");
            string[] files = Directory.GetFiles(path).Where(f => IsNotice(path, f, null)).OrderBy(f => f, StringComparer.Ordinal).ToArray();
            part.Texts = files.Select(f => File.ReadAllText(f).Replace("\r\n", "\n").Trim()).Distinct().ToList();
            if (files.Length == 0) part.Texts.Add(File.Exists(own) ? File.ReadAllText(own).Replace("\r\n", "\n").Trim().Split(new[] { '\n' }, 2)[1].Trim() : StandardText(part));
            yield return part;
        }
    }

    private Part ReadPart(XElement library, XElement libraries, string[] folders)
    {
        string[] key = NameOf(library).Split('/');
        Part part = new Part { Id = key[0], Version = key[1], Own = (string)library.Element("type") == "project" };
        part.Uses = (library.Element("dependencies")?.Elements() ?? Enumerable.Empty<XElement>()).Select(NameOf).ToArray();
        if (part.Own)
        {
            part.Licence = "Apache-2.0";
            return part;
        }

        string[] kinds = { "runtime", "native", "runtimeTargets", "resource" };
        bool ships = kinds.Any(kind => library.Element(kind)?.Elements().Any(f => !NameOf(f).EndsWith("_._", StringComparison.Ordinal)) == true);
        if (!ships) return null;

        XElement described = Child(libraries, NameOf(library));
        part.Hash = (string)described.Element("sha512");
        string path = folders.Select(f => Path.Combine(f, (string)described.Element("path"))).FirstOrDefault(Directory.Exists);
        if (path == null)
        {
            Log.LogError("The package {0} {1} is not in {2}; restore the project again.", part.Id, part.Version, string.Join(", ", folders));
            return null;
        }

        return Describe(part, path);
    }

    /// <summary>What a package says of itself, and the texts that it brings.</summary>
    private Part Describe(Part part, string path)
    {
        XElement metadata = XDocument.Load(Directory.GetFiles(path, "*.nuspec").First()).Root.Elements().First(e => e.Name.LocalName == "metadata");
        Func<string, XElement> field = name => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name);
        XElement licence = field("license");
        part.Licence = licence != null && (string)licence.Attribute("type") == "expression" ? licence.Value.Trim() : null;
        part.Copyright = field("copyright")?.Value.Trim();
        part.Authors = field("authors")?.Value.Trim();
        part.Url = field("projectUrl")?.Value.Trim();
        string named = licence != null && (string)licence.Attribute("type") == "file" ? licence.Value.Trim().Replace('\\', '/') : null;
        string[] files = Directory.GetFiles(path, "*", SearchOption.AllDirectories).Where(f => IsNotice(path, f, named)).OrderBy(f => f, StringComparer.Ordinal).ToArray();
        part.Texts = files.Select(f => File.ReadAllText(f).Replace("\r\n", "\n").Trim()).Distinct().ToList();
        if (OwnText(part)) return part;
        bool hasLicence = named != null || files.Any(f => Path.GetFileName(f).StartsWith("LICEN", StringComparison.OrdinalIgnoreCase));
        if (!hasLicence) part.Texts.Insert(0, StandardText(part));
        return part;
    }

    /// <summary>Takes licence and text from a file of the package's name, for packages that say neither: the first line is the licence's SPDX name.</summary>
    private bool OwnText(Part part)
    {
        string file = Path.Combine(Licences, part.Id + ".txt");
        if (part.Licence != null || !File.Exists(file)) return false;
        string[] lines = File.ReadAllText(file).Replace("\r\n", "\n").Trim().Split(new[] { '\n' }, 2);
        part.Licence = lines[0].Trim();
        part.Texts = new List<string> { lines[1].Trim() };
        return true;
    }

    private static bool IsNotice(string package, string file, string named)
    {
        string relative = file.Substring(package.Length).Replace('\\', '/').TrimStart('/');
        if (relative == named) return true;
        string name = Path.GetFileName(file).ToUpperInvariant();
        bool text = name.EndsWith(".TXT", StringComparison.Ordinal) || name.EndsWith(".MD", StringComparison.Ordinal) || name.IndexOf('.') < 0;
        bool inNotices = relative.StartsWith("Notices/", StringComparison.OrdinalIgnoreCase);
        return text && (inNotices || (relative.IndexOf('/') < 0 && (name.StartsWith("LICEN", StringComparison.Ordinal) || name.Contains("NOTICE"))));
    }

    private string StandardText(Part part)
    {
        string file = part.Licence == null ? null : Path.Combine(Licences, part.Licence + ".txt");
        if (file == null || !File.Exists(file))
        {
            Log.LogError("The package {0} {1} brings no licence text, and {2} has none for \"{3}\"; add it there.", part.Id, part.Version, Licences, part.Licence);
            return "";
        }

        string holder = string.IsNullOrEmpty(part.Copyright) ? "Copyright (c) " + part.Authors : part.Copyright;
        return holder + "\n\n" + LicenceText(part.Licence);
    }

    private string LicenceText(string name) => File.ReadAllText(Path.Combine(Licences, name + ".txt")).Replace("\r\n", "\n").Trim();

    private string Notices(IEnumerable<Part> parts)
    {
        StringBuilder text = new StringBuilder(NoticesTitle).Append(LicenceText("MIT")).Append("\n");
        foreach (Part part in parts)
        {
            text.Append("\n").Append('=', 100).Append("\n").Append(part.Id).Append(' ').Append(part.Version).Append("\n");
            if (part.Licence != null) text.Append("Licence: ").Append(part.Licence).Append("\n");
            if (!string.IsNullOrEmpty(part.Url)) text.Append(part.Url).Append("\n");
            foreach (string one in part.Texts) text.Append("\n").Append(one).Append("\n");
        }

        return text.ToString();
    }

    private string Bill(List<Part> parts)
    {
        Dictionary<string, Part> byId = parts.ToDictionary(p => p.Id, StringComparer.OrdinalIgnoreCase);
        List<string> components = new List<string>();
        List<string> uses = new List<string>();
        foreach (Part part in parts)
        {
            List<string> fields = new List<string>
            {
                Pair("type", "library"), Pair("bom-ref", part.Reference), Pair("name", part.Id), Pair("version", part.Version),
            };
            if (part.Authors != null) fields.Add("\"authors\": [{ " + Pair("name", part.Authors) + " }]");
            if (!string.IsNullOrEmpty(part.Copyright)) fields.Add(Pair("copyright", part.Copyright));
            if (part.Licence != null) fields.Add("\"licenses\": [{ " + (part.Licence.IndexOf(' ') < 0 ? "\"license\": { " + Pair("id", part.Licence) + " }" : Pair("expression", part.Licence)) + " }]");
            if (part.Hash != null) fields.Add("\"hashes\": [{ \"alg\": \"SHA-512\", " + Pair("content", Hex(Convert.FromBase64String(part.Hash))) + " }]");
            if (!part.Own) fields.Add(Pair("purl", part.Reference));
            components.Add("    { " + string.Join(", ", fields) + " }");
            uses.Add(Depends(part.Reference, part.Uses.Where(byId.ContainsKey).Select(u => byId[u].Reference)));
        }

        HashSet<string> used = new HashSet<string>(parts.SelectMany(p => p.Uses), StringComparer.OrdinalIgnoreCase);
        string product = Product + "@" + Version;
        uses.Insert(0, Depends(product, parts.Where(p => !used.Contains(p.Id)).Select(p => p.Reference)));
        string body = "  \"metadata\": { \"component\": { " + Pair("type", "application") + ", " + Pair("bom-ref", product) + ", " + Pair("name", Product) + ", " + Pair("version", Version)
            + ", \"licenses\": [{ \"license\": { \"id\": \"Apache-2.0\" } }] } },\n"
            + "  \"components\": [\n" + string.Join(",\n", components) + "\n  ],\n  \"dependencies\": [\n" + string.Join(",\n", uses) + "\n  ]\n}\n";

        // A number that stands for the content: the same packages give the same file.
        byte[] hash;
        using (SHA256 sha = SHA256.Create()) hash = sha.ComputeHash(Encoding.UTF8.GetBytes(body));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        string hex = Hex(hash);
        string serial = "urn:uuid:" + string.Join("-", hex.Substring(0, 8), hex.Substring(8, 4), hex.Substring(12, 4), hex.Substring(16, 4), hex.Substring(20, 12));
        return "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n  " + Pair("serialNumber", serial) + ",\n  \"version\": 1,\n" + body;
    }

    private static string Depends(string reference, IEnumerable<string> on) =>
        "    { " + Pair("ref", reference) + ", \"dependsOn\": [" + string.Join(", ", on.Distinct().OrderBy(r => r, StringComparer.Ordinal).Select(Quoted)) + "] }";

    private static string Pair(string name, string value) => Quoted(name) + ": " + Quoted(value);

    private static string Quoted(string text)
    {
        StringBuilder quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c == '"' || c == '\\') quoted.Append('\\').Append(c);
            else if (c < ' ') quoted.Append("\\u").Append(((int)c).ToString("x4"));
            else quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static string Hex(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2")));

    private static void Write(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text) File.WriteAllText(path, text, new UTF8Encoding(false));
    }

    private static XElement ReadJson(string path)
    {
        using (FileStream file = File.OpenRead(path))
        using (XmlDictionaryReader reader = JsonReaderWriterFactory.CreateJsonReader(file, XmlDictionaryReaderQuotas.Max)) return XElement.Load(reader);
    }

    /// <summary>A key of JSON: keys that are no names of XML stand in an attribute.</summary>
    private static string NameOf(XElement element) => (string)element.Attribute("item") ?? element.Name.LocalName;

    private static XElement Child(XElement parent, string name) => parent.Elements().FirstOrDefault(e => NameOf(e) == name);

    private sealed class Part
    {
        public string Id;
        public string Version;
        public bool Own;
        public bool Npm;
        public string Licence;
        public string Copyright;
        public string Authors;
        public string Url;
        public string Hash;
        public string[] Uses;
        public List<string> Texts = new List<string>();

        public string Reference => Own ? Id + "@" + Version : Npm ? "pkg:npm/" + Id.Replace("@", "%40") + "@" + Version : "pkg:nuget/" + Id + "@" + Version;
    }
}
