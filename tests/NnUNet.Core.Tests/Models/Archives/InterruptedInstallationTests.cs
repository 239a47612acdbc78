using NnUNet.Core.Models;
using NnUNet.Core.Models.Archives;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Archives;

/// <summary>Installations that are killed between their steps: a copy of the folders at that moment is what the process leaves.</summary>
public sealed class InterruptedInstallationTests : IDisposable
{
    private const string Other = "2d/Task001_A/nnUNetTrainerV2__nnUNetPlansv2.1";
    private readonly TemporaryFolder _folder = new();

    private string Killed => _folder["killed"];

    [Fact]
    public void KilledBetweenTheTwoRenamings_IsCompletedByTheNextCommand_WhichSaysSo()
    {
        // Given
        Kill(staging => staging.TakeAway(SmallArchives.Model));
        Assert.False(Directory.Exists(Path.Combine(Killed, SmallArchives.Model)));

        // When
        string told = Assert.Single(InterruptedInstallations.Recover(Killed));

        // Then
        Assert.Equal($"{SmallArchives.Model}: its installation from model.zip was interrupted and is completed now; it has replaced the model that was there", told);
        Assert.Equal("new", Mark(Killed, SmallArchives.Model));
        Assert.Equal("new", Mark(Killed, Other));
        Assert.Empty(Hidden());
    }

    [Fact]
    public void KilledBetweenTheTwoRenamings_TheModelOpens_AndWarns()
    {
        // Given
        Kill(staging => staging.TakeAway(SmallArchives.Model));

        // When
        ModelFolder model = ModelFolder.Open(Path.Combine(Killed, SmallArchives.Model));

        // Then
        Assert.Contains("was interrupted and is completed now", Assert.Single(model.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void KilledBetweenTheTwoRenamings_WithTheNewModelGone_PutsTheOldOneBack()
    {
        // Given
        Kill(staging =>
        {
            staging.TakeAway(SmallArchives.Model);
            Directory.Delete(Path.Combine(staging.Path, SmallArchives.Model), recursive: true);
        });

        // When
        string told = Assert.Single(InterruptedInstallations.Recover(Killed));

        // Then
        Assert.Contains("the model that was there is back in its place", told, StringComparison.Ordinal);
        Assert.Equal("old", Mark(Killed, SmallArchives.Model));
        Assert.Empty(Hidden());
    }

    [Fact]
    public void KilledBeforeTheFirstRenaming_KeepsTheOldModel()
    {
        // Given
        Kill(static _ => { });

        // When
        string told = Assert.Single(InterruptedInstallations.Recover(Killed));

        // Then
        Assert.Contains("the model that was there stays; repeat the installation", told, StringComparison.Ordinal);
        Assert.Equal("old", Mark(Killed, SmallArchives.Model));
        Assert.Empty(Hidden());
    }

    [Fact]
    public void KilledWhileUnpacking_LeavesNothing()
    {
        // Given
        Directory.CreateDirectory(_folder["models"]);
        using (StagingFolder staging = new(_folder["models"]))
        {
            SmallArchives.WriteModel(staging.Path);
            Copies.Of(_folder["models"], Killed);
        }

        // When
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan));
        InstallReport report = ModelInstaller.Install(zip, Killed);

        // Then
        Assert.Contains("interrupted before it changed a model", report.Warnings[0], StringComparison.Ordinal);
        Assert.Equal(["3d_fullres"], Directory.GetFileSystemEntries(Killed).Select(Path.GetFileName));
    }

    [Fact]
    public void OfARunningProcess_IsLeftAlone()
    {
        // Given
        SmallArchives.WriteModel(_folder["models"]);
        using StagingFolder staging = new(_folder["models"]);
        SmallArchives.WriteModel(staging.Path);
        staging.Announce("model.zip", [SmallArchives.Model]);
        staging.TakeAway(SmallArchives.Model);

        // Then
        Assert.Empty(InterruptedInstallations.Recover(_folder["models"]));
        Assert.True(Directory.Exists(Path.Combine(staging.Path, SmallArchives.Model)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A forced installation of two models, of which one is in place already, that ends after some steps.</summary>
    private void Kill(Action<StagingFolder> steps)
    {
        string models = _folder["models"];
        Write(models, SmallArchives.Model, "old");
        using StagingFolder staging = new(models);
        Write(staging.Path, SmallArchives.Model, "new");
        Write(staging.Path, Other, "new");
        staging.Announce("model.zip", [Other, SmallArchives.Model]);
        staging.PutInPlace(Other);
        steps(staging);
        Copies.Of(models, Killed);
    }

    private static void Write(string models, string model, string mark)
    {
        SmallArchives.WriteModel(models, model);
        File.WriteAllText(Path.Combine(models, model, "mark"), mark);
    }

    private static string Mark(string models, string model) => File.ReadAllText(Path.Combine(models, model, "mark"));

    private IEnumerable<string> Hidden() => Directory.EnumerateFileSystemEntries(Killed, ".*", new EnumerationOptions { AttributesToSkip = 0 });
}
