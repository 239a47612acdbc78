using System.IO.Compression;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class DicomCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void List_ShowsEachSeriesWithItsUseOrItsFault()
    {
        // When
        ProgramRun run = ProgramRun.Of("dicom", "list", TestData.Data("dicom"));

        // Then
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"\bT1\b.*\bCT\b.*\baxial\b.*\b12\b.*12x20x24.*2\.5, 0\.8, 0\.7", run.Output);
        Assert.Contains("slices are missing: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(": no image", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Sort_MakesFoldersThatAreImages()
    {
        // Given
        foreach (string name in (string[])["axial", "sagittal"])
        {
            foreach (string file in Directory.GetFiles(TestData.Data("dicom/" + name)))
            {
                Directory.CreateDirectory(_folder["in"]);
                File.Copy(file, _folder[$"in/{name}_{Path.GetFileName(file)}"]);
            }
        }

        // When
        ProgramRun run = ProgramRun.Of("dicom", "sort", _folder["in"], "-o", _folder["out"]);

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Copied: 2 series", run.Output, StringComparison.Ordinal);
        Assert.All(Directory.GetDirectories(_folder["out"]), static folder => Assert.Equal(12, ImageFile.ReadHeader(folder).Extent.Z));
    }

    [SkippableFact]
    public void ListOfAnArchive_ShowsThatItCanBeGivenItself()
    {
        // Given
        ZipFile.CreateFromDirectory(TestData.Data("dicom/axial"), _folder["study.zip"]);

        // When
        ProgramRun run = ProgramRun.Of("dicom", "list", _folder["study.zip"]);
        ProgramRun other = ProgramRun.Of("dicom", "list", _folder["nowhere.zip"]);

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("the archive itself", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("there is no such folder or zip archive", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sort needs -o", "dicom", "sort", "x")]
    [InlineData("-o is for sort", "dicom", "list", "x", "-o", "y")]
    public void WrongUsage_IsToldAndEndsWithTwo(string complaint, params string[] args)
    {
        ProgramRun run = ProgramRun.Of(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }
}
