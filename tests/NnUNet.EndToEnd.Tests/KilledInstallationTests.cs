using System.IO.Compression;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Forced installations that are killed at any moment.</summary>
public sealed class KilledInstallationTests : IDisposable
{
    private const int Models = 80;
    private const int Rounds = 10;
    private readonly TemporaryFolder _folder = new();

    private string Place => _folder["w/results/nnUNet"];

    [Fact]
    public void Killed_ThenAnyCommand_EveryModelIsThereAndWhole()
    {
        // Given
        Write("old");
        for (int round = 0; round < Rounds; round++)
        {
            string zip = Zip(round);
            using (ChildProgram installation = BuiltProgram.Start("nnUNet_install_pretrained_model_from_zip", zip, "--force", "--workspace", _folder["w"]))
            {
                // When: killed as soon as models are being put in place, a little later in each round
                SpinWait.SpinUntil(() => IsPutting() || installation.HasPrinted("Installed"), TimeSpan.FromSeconds(60));
                SpinWait.SpinUntil(static () => false, TimeSpan.FromMilliseconds(round));
                installation.Kill();
            }

            ProgramResult next = BuiltProgram.Run("doctor", "--workspace", _folder["w"]);

            // Then
            Assert.DoesNotContain("internal error", next.Error, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Place, ".*", new EnumerationOptions { AttributesToSkip = 0 }));
            Assert.All(Enumerable.Range(0, Models), Whole);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string Model(int i) => $"3d_fullres/Task{900 + i}_A/nnUNetTrainerV2__nnUNetPlansv2.1";

    private void Whole(int i)
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Place, Model(i)), "*", SearchOption.AllDirectories)];
        Assert.Equal(2, files.Length);
        Assert.Single(files.Select(File.ReadAllText).Distinct());
    }

    private bool IsPutting() => Directory.EnumerateDirectories(Place, ".installing-*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true })
        .Any(static f => File.Exists(Path.Combine(f, ".installation.json")));

    private void Write(string mark)
    {
        foreach (int i in Enumerable.Range(0, Models))
        {
            Directory.CreateDirectory(Path.Combine(Place, Model(i), "fold_0"));
            File.WriteAllText(Path.Combine(Place, Model(i), "plans.json"), mark);
            File.WriteAllText(Path.Combine(Place, Model(i), "fold_0/model_final_checkpoint.safetensors"), mark);
        }
    }

    private string Zip(int round)
    {
        string path = _folder[$"{round}.zip"];
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (string name in Enumerable.Range(0, Models).SelectMany(static i => new[] { Model(i) + "/plans.json", Model(i) + "/fold_0/model_final_checkpoint.safetensors" }))
        {
            using StreamWriter writer = new(zip.CreateEntry(name).Open());
            writer.Write($"new {round}");
        }

        return path;
    }
}
