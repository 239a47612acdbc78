using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The NuGet packages, packed into a folder and used by a program outside this repository.</summary>
[Collection(HippocampusRun.Tests)]
public sealed class PackageTests(HippocampusRun run) : IDisposable
{
    private const string Version = "0.1.0-test";
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
        foreach (string package in (string[])["Imaging", "Core", "Interop", "Torch"]) Pack($"NnUNet.{package}");
        Directory.CreateDirectory(_folder["program"]);
        File.WriteAllText(_folder["program/Program.csproj"], Project());
        File.WriteAllText(_folder["program/NuGet.config"], Sources());
        File.Copy(Path.Combine(TestData.RepositoryRoot(), "samples", "SegmentOneImage", "Program.cs"), _folder["program/Program.cs"]);

        // When
        Dotnet("build", _folder["program"], "-c", "Release", "-o", _folder["built"]);
        using BuiltProgram program = BuiltProgram.StartFile(_folder[OperatingSystem.IsWindows() ? "built/Program.exe" : "built/Program"], run.Model, _folder["segmentation.nii.gz"], image);
        ProgramResult result = program.WaitForEnd().MustSucceed();

        // Then
        Assert.Contains("label 0: ", result.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder[$"command/{run.TestIds[0]}.nii.gz"]), File.ReadAllBytes(_folder["segmentation.nii.gz"]));
    }

    private void Pack(string project) => Dotnet(
        "pack", Path.Combine(TestData.RepositoryRoot(), "src", project), "-c", "Release", "-o", _folder["feed"], "--artifacts-path", _folder["artifacts"], $"-p:Version={Version}");

    private static void Dotnet(params string[] args)
    {
        using BuiltProgram dotnet = BuiltProgram.StartFile("dotnet", [.. args, "-nologo", "-v", "quiet"]);
        dotnet.WaitForEnd().MustSucceed();
    }

    /// <summary>The program's project file. Packages that are on the machine are taken from there, but never an earlier build of ours.</summary>
    private string Project() => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
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
            <PackageReference Include="NnUNet.Torch" Version="{Version}" />
            <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
          </ItemGroup>
        </Project>
        """;

    private string Sources() => $"""
        <configuration>
          <packageSources>
            <add key="packed" value="{_folder["feed"]}" />
          </packageSources>
        </configuration>
        """;
}
