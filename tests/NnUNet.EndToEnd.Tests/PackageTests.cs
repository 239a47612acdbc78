using System.IO.Compression;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The NuGet packages, packed into a folder and used by a program outside this repository.</summary>
[Collection(HippocampusRun.Tests)]
public sealed class PackageTests(HippocampusRun run, PackedPackages packages) : IClassFixture<PackedPackages>, IDisposable
{
    private const string Executable = "<OutputType>Exe</OutputType>";
    private static readonly string Cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void ProgramThatUsesThePackages_SegmentsAsTheCommandDoes()
    {
        // Given: a model, what the command makes of an image, the packages in a folder, and the sample as a project of its own
        Assert.NotEmpty(run.Outputs);
        string image = Path.Combine(run.RawTask, "imagesTs", run.TestIds[0] + "_0000.nii.gz");
        run.Run("nnUNet_predict", "-i", Path.GetDirectoryName(image)!, "-o", _folder["command"], "-t", "4", "-f", "0", "--disable_tta").MustSucceed();
        Write("program/Program.csproj", Project(Executable, Reference("NnUNet.Torch"), """<PackageReference Include="TorchSharp-cpu" Version="0.107.0" />"""));
        File.Copy(Path.Combine(TestData.RepositoryRoot(), "samples", "SegmentOneImage", "Program.cs"), _folder["program/Program.cs"]);

        // When
        PackedPackages.Dotnet("build", _folder["program"], "-c", "Release", "-o", _folder["built"]);
        using ChildProgram program = ChildProgram.Start(_folder[OperatingSystem.IsWindows() ? "built/Program.exe" : "built/Program"], run.Model, _folder["segmentation.nii.gz"], image);
        ProgramResult result = program.WaitForEnd().MustSucceed();

        // Then
        Assert.Contains("label 0: ", result.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder[$"command/{run.TestIds[0]}.nii.gz"]), File.ReadAllBytes(_folder["segmentation.nii.gz"]));
    }

    [Theory]
    [InlineData("NnUNet.Torch")]
    [InlineData("NnUNet.Workflows")]
    [InlineData("NnUNet.Pictures", "ScottPlot", "SkiaSharp.HarfBuzz", "SkiaSharp.NativeAssets.Linux.NoDependencies")]
    public void OnlyThePictures_BringWhatDraws(string package, params string[] expected)
    {
        // Given
        Write("program/Program.csproj", Project(Executable, Reference(package)));

        // When
        PackedPackages.Dotnet("restore", _folder["program"]);

        // Then
        Assert.Equal(expected, DrawingLibraries.In(_folder["program/obj/project.assets.json"]));
    }

    [Fact]
    public void PluginOutsideTheRepository_NeedsOnePackageAndBringsNoAssemblyOfTheProgram()
    {
        // Given
        Write("plugin/AddAnImageFormat.csproj", Project("", Reference("NnUNet.Core", """ExcludeAssets="runtime" """)));
        foreach (string file in Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "samples", "AddAnImageFormat"), "*.cs")) File.Copy(file, _folder["plugin/" + Path.GetFileName(file)]);

        // When
        PackedPackages.Dotnet("build", _folder["plugin"], "-c", "Release", "-o", _folder["built"]);

        // Then
        Assert.Equal(["AddAnImageFormat.dll"], Directory.GetFiles(_folder["built"], "*.dll").Select(Path.GetFileName));
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

    private static string Reference(string package, string more = "") => $"""<PackageReference Include="{package}" Version="{PackedPackages.Version}" {more}/>""";

    private void Write(string project, string text)
    {
        string path = _folder[project];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, "NuGet.config"), Sources());
    }

    /// <summary>A project file outside the repository. Packages that are on the machine are taken from there, but never an earlier build of ours.</summary>
    private string Project(string output, params string[] references) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            {output}
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <NuGetAudit>false</NuGetAudit>
            <TrimTorchSharpNatives>true</TrimTorchSharpNatives>
            <CreateSymbolicLinksForCopyLocalIfPossible Condition="'$(OS)' != 'Windows_NT'">true</CreateSymbolicLinksForCopyLocalIfPossible>
            <RestorePackagesPath>{_folder["packages"]}</RestorePackagesPath>
            <RestoreFallbackFolders Condition="Exists('{Cache}')">{Cache}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            {string.Join(Environment.NewLine, references)}
          </ItemGroup>
        </Project>
        """;

    private string Sources() => $"""
        <configuration>
          <packageSources>
            <add key="packed" value="{packages.Feed}" />
          </packageSources>
        </configuration>
        """;
}
