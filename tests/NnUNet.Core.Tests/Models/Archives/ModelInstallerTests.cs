using System.IO.Compression;
using NnUNet.Core.Models.Archives;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Archives;

public sealed class ModelInstallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("nnUNet/")]
    [InlineData("results/nnUNet/")]
    public void Install_AnArchive_PutsItsModelInPlace(string above)
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (above + SmallArchives.Model + "/plans.json", SmallArchives.Plan), (above + SmallArchives.Model + "/fold_0/a.txt", "1"), (above + "readme.txt", "2"));

        // When
        InstallReport report = ModelInstaller.Install(zip, _folder["models"]);

        // Then
        Assert.Equal([Path.Combine(_folder["models"], SmallArchives.Model)], report.Models);
        Assert.Equal([above + "readme.txt"], report.Ignored);
        Assert.Equal("1", File.ReadAllText(_folder[$"models/{SmallArchives.Model}/fold_0/a.txt"]));
        Assert.Equal(["3d_fullres"], Directory.GetFileSystemEntries(_folder["models"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Install_AFileThatIsNotThere_SaysSo()
    {
        ModelArchiveException error = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(_folder["none.zip"], _folder["models"]));

        Assert.Equal($"{_folder["none.zip"]}: there is no such file; check the path.", error.Message);
        Assert.False(Directory.Exists(_folder["models"]));
    }

    [Fact]
    public void Install_WithWhatMacOSAddsToArchives_LeavesThatOut()
    {
        // Given
        string zip = SmallArchives.Zip(
            _folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan), ("__MACOSX/" + SmallArchives.Model + "/._plans.json", "x"), (SmallArchives.Model + "/.DS_Store", "x"));

        // When
        InstallReport report = ModelInstaller.Install(zip, _folder["models"]);

        // Then
        Assert.Empty(report.Ignored);
        Assert.Equal(["plans.json"], Directory.GetFileSystemEntries(Path.Combine(_folder["models"], SmallArchives.Model)).Select(Path.GetFileName));
    }

    [Fact]
    public void Install_WithBackslashes_IsTheSame()
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model.Replace('/', '\\') + "\\plans.json", SmallArchives.Plan));

        // When
        ModelInstaller.Install(zip, _folder["models"]);

        // Then
        Assert.True(File.Exists(_folder[$"models/{SmallArchives.Model}/plans.json"]));
    }

    [Fact]
    public void Install_OverAnotherModel_NamesIt_AndReplacesItWholeWithForce()
    {
        // Given
        SmallArchives.WriteModel(_folder["models"]);
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan));

        // When
        ModelArchiveException refused = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, _folder["models"]));
        bool untouched = Directory.Exists(_folder[$"models/{SmallArchives.Model}/fold_0"]);
        InstallReport report = ModelInstaller.Install(zip, _folder["models"], new InstallOptions { Force = true });

        // Then
        Assert.Equal($"it would overwrite {Path.Combine(_folder["models"], SmallArchives.Model)}", refused.What);
        Assert.True(untouched);
        Assert.Equal([SmallArchives.Model], report.Replaced);
        Assert.Equal(["plans.json"], Directory.GetFileSystemEntries(_folder[$"models/{SmallArchives.Model}"]).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("../3d_fullres/Task001_A/T__P/plans.json", "leaves the folder")]
    [InlineData("3d_fullres/Task001_A/T__P/../../../../../evil.sh", "leaves the folder")]
    [InlineData("3d_fullres/Task001_A/T__P/..\\..\\evil.sh", "leaves the folder")]
    [InlineData("/etc/passwd", "absolute path")]
    [InlineData("C:\\evil.txt", "characters that file names cannot have")]
    [InlineData("3d_fullres/Task001_A/T__P//plans.json", "empty part")]
    [InlineData("3d_fullres/Task001_A/T__P/./plans.json", "leaves the folder")]
    [InlineData("3d_fullres/Task001_A/T__P/NUL.txt", "reserves for a device")]
    [InlineData("3d_fullres/Task001_A/T__P/com1", "reserves for a device")]
    [InlineData("3d_fullres/Task001_A/T__P/a.txt:stream", "characters that file names cannot have")]
    [InlineData("3d_fullres/Task001_A/T__P/plans.json.", "ends with a dot")]
    [InlineData("3d_fullres/Task001_A/T__P/a\nb", "characters that file names cannot have")]
    [InlineData("notes.txt", "it holds no model")]
    public void Install_AHostileName_IsRefusedBeforeAnythingIsWritten(string name, string what)
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model.Replace("3d_fullres", "other", StringComparison.Ordinal) + "/plans.json", SmallArchives.Plan), (name, "x"));

        // When
        ModelArchiveException error = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, _folder["models"]));

        // Then
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["models"]));
    }

    [Theory]
    [InlineData(0xA000)] // a symbolic link
    [InlineData(0x2000)] // a character device
    [InlineData(0x1000)] // a pipe
    public void Install_ALinkOrDevice_IsRefused(int kind)
    {
        // Given
        string path = _folder["model.zip"];
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            ZipArchiveEntry entry = zip.CreateEntry(SmallArchives.Model + "/plans.json");
            entry.ExternalAttributes = (kind | 0x1FF) << 16;
        }

        // Then
        Assert.Contains("is a link or a device", Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(path, _folder["models"])).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plans.json", "PLANS.json", "two entries would be written")]
    [InlineData("fold_0", "fold_0/a.txt", "is both a file and a folder")]
    public void Install_NamesThatCollide_AreRefused(string first, string second, string what)
    {
        // Given
        string zip = SmallArchives.Zip(_folder, ($"{SmallArchives.Model}/{first}", "1"), ($"{SmallArchives.Model}/{second}", "2"));

        // Then
        Assert.Contains(what, Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, _folder["models"])).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_ABomb_IsRefusedByItsRatioAndItsSize()
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan), (SmallArchives.Model + "/zeros", new string('0', 1 << 20)));
        ArchiveLimits limits = new() { Allowance = 1 << 16 };

        // When
        ModelArchiveException ratio = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, _folder["models"], new InstallOptions { Limits = limits }));
        ModelArchiveException size = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, _folder["models"], new InstallOptions { Limits = new() { MaxBytes = 1000 } }));
        ModelArchiveException count = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, _folder["models"], new InstallOptions { Limits = new() { MaxEntries = 1 } }));

        // Then
        Assert.Contains("more than 100 times", ratio.What, StringComparison.Ordinal);
        Assert.Contains("1000 are allowed", size.What, StringComparison.Ordinal);
        Assert.Contains("1 are allowed", count.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_CutOffAtEveryByte_LeavesNothing()
    {
        // Given
        byte[] whole = File.ReadAllBytes(SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan)));
        List<Exception?> errors = [];

        // When
        foreach (int length in Enumerable.Range(0, whole.Length))
        {
            File.WriteAllBytes(_folder["cut.zip"], whole[..length]);
            errors.Add(Record.Exception(() => ModelInstaller.Install(_folder["cut.zip"], _folder["models"])));
        }

        // Then
        Assert.All(errors, static e => Assert.IsType<ModelArchiveException>(e));
        Assert.False(Directory.Exists(_folder["models/3d_fullres"]));
    }

    [Fact]
    public void Install_WithAChangedByte_IsRefusedByTheCheckSum()
    {
        // Given an entry that is stored as it is
        string path = _folder["model.zip"];
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        using (StreamWriter writer = new(zip.CreateEntry(SmallArchives.Model + "/plans.json", CompressionLevel.NoCompression).Open()))
        {
            writer.Write(SmallArchives.Plan);
        }

        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("num_stages"u8)] = (byte)'N';
        File.WriteAllBytes(path, bytes);

        // Then
        Assert.Contains("the check sum", Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(path, _folder["models"])).What, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["models"]));
    }

    [Fact]
    public void Install_AModelThatCannotBeOpened_IsRefused_ButForForce()
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", "{}"));

        // When
        ModelArchiveException error = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, _folder["models"]));
        InstallReport forced = ModelInstaller.Install(zip, _folder["models"], new InstallOptions { Force = true });

        // Then
        Assert.Contains("the model cannot be opened", error.What, StringComparison.Ordinal);
        Assert.Contains("cannot be opened", Assert.Single(forced.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Install_Cancelled_LeavesNothing()
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan));

        // Then
        Assert.Throws<OperationCanceledException>(() => ModelInstaller.Install(zip, _folder["models"], cancel: new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["models"]));
    }

    public void Dispose() => _folder.Dispose();
}
