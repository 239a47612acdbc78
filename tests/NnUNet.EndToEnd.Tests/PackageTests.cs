using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The NuGet packages, packed into a folder and used by a program outside this repository.</summary>
[Collection(HippocampusRun.Tests)]
public sealed class PackageTests(PackedPackages packages) : IDisposable
{
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE"); // of the format Portable PDB
    private static readonly string[] Libraries =
    [
        .. Directory.GetDirectories(Path.Combine(TestData.RepositoryRoot(), "src"), "NnUNet.*").Select(static folder => Path.GetFileName(folder))
            .Where(static name => name is not ("NnUNet.Cli" or "NnUNet.Web")).Select(static name => $"{name}.{PackedPackages.Version}.nupkg").Order(StringComparer.Ordinal),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("NnUNet.Torch")]
    [InlineData("NnUNet.Workflows")]
    [InlineData("NnUNet.Pictures", "ScottPlot", "SkiaSharp.HarfBuzz", "SkiaSharp.NativeAssets.Linux.NoDependencies")]
    public void OnlyThePictures_BringWhatDraws(string package, params string[] expected)
    {
        // Given
        WriteProgram(package);

        // When
        packages.Run(new ProcessStartInfo(ChildProgram.Dotnet, ["restore", _folder["program"], "-v", "quiet"])).MustSucceed();

        // Then
        Assert.Equal(expected, DrawingLibraries.In(_folder["program/obj/project.assets.json"]));
    }

    [Fact]
    public void EveryPackage_HasSymbolsWithItsSources()
    {
        string[] files = Directory.GetFiles(packages.Feed, "*.nupkg");

        Assert.Equal(Libraries, files.Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.All(files, static file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            using MemoryStream assembly = new();
            using (Stream stored = package.Entries.Single(static entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).Open()) stored.CopyTo(assembly);
            assembly.Position = 0;
            using PEReader reader = new(assembly);
            DebugDirectoryEntry symbols = reader.ReadDebugDirectory().Single(static entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            using MetadataReaderProvider embedded = reader.ReadEmbeddedPortablePdbDebugDirectoryData(symbols);
            MetadataReader metadata = embedded.GetMetadataReader();
            Assert.Contains(metadata.CustomDebugInformation, handle => metadata.GetGuid(metadata.GetCustomDebugInformation(handle).Kind) == EmbeddedSource);
        });
    }

    [Fact]
    public void EveryPackage_HasTheLicenceNoticesAndABillOfMaterials()
    {
        string[] files = Directory.GetFiles(packages.Feed, "*.nupkg");

        Assert.NotEmpty(files);
        Assert.All(files, static file =>
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            Assert.All((string[])["LICENSE", "THIRD-PARTY-NOTICES.txt", "sbom.json"], name => Assert.True(package.GetEntry(name)?.Length > 0, $"{file}: {name}"));
        });
    }

    /// <summary>A program that uses a package.</summary>
    private void WriteProgram(string package)
    {
        Directory.CreateDirectory(_folder["program"]);
        File.WriteAllText(_folder["program/Program.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{PackedPackages.Version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(_folder["program/NuGet.config"], $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{packages.Feed}" />
              </packageSources>
            </configuration>
            """);
    }
}
