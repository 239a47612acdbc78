using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Planning and predicting that is killed again and again, at another moment each time, ends as if nothing had happened.</summary>
public sealed class KilledWorkTests : IDisposable
{
    private const int Rounds = 12;
    private readonly TemporaryFolder _folder = new();

    public KilledWorkTests() =>
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task900_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 4, Edge = 20 });

    private string[] Planning => ["nnUNet_plan_and_preprocess", "-t", "900", "--verify_dataset_integrity", "--workspace", _folder["w"]];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Planning_ThenPredicting_KilledAtAnyMoment_EndsTheSame()
    {
        // Given what planning makes when nobody disturbs it, and a model
        string preprocessed = _folder["w/preprocessed"];
        BuiltProgram.Run(Planning).MustSucceed();
        Directory.Move(preprocessed, _folder["expected"]);

        // When planning is killed in one round after the other, each time as soon as one more file lies there
        KillInRounds(Planning, () => Count(preprocessed));
        BuiltProgram.Run(Planning).MustSucceed();

        // Then
        Assert.Equal(Contents(_folder["expected"]), Contents(preprocessed));

        // And the same for predictions: their segmentations and probabilities
        BuiltProgram.Run("nnUNet_train", "2d", "nnUNetTrainerV2", "900", "0", "--epochs", "1", "--iterations", "2", "--workspace", _folder["w"]).MustSucceed();
        BuiltProgram.Run(Predicting("undisturbed")).MustSucceed();
        KillInRounds(Predicting("disturbed"), () => Count(_folder["disturbed"]));
        BuiltProgram.Run(Predicting("disturbed")).MustSucceed();
        Assert.Equal(Contents(_folder["undisturbed"]), Contents(_folder["disturbed"]));
    }

    private static int Count(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length : 0;

    // The records beside results name the time at which a result was written, so they differ and are not compared.
    private static string[] Contents(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(file => (Name: Path.GetRelativePath(folder, file), File: file))
            .Where(static f => !f.Name.StartsWith("provenance" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .OrderBy(static f => f.Name, StringComparer.Ordinal)
            .Select(static f => f.Name + " " + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f.File)))),
    ];

    private static void KillInRounds(string[] command, Func<int> files)
    {
        int kills = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int before = files();
            using ChildProgram program = BuiltProgram.Start(command);
            program.WaitUntil(() => program.HasEnded || files() > before, "one file more");
            if (!program.HasEnded) kills++;
            program.Kill();
        }

        Assert.True(kills > 0, "it was never killed");
    }

    private string[] Predicting(string output) =>
        ["nnUNet_predict", "-i", _folder["w/raw/nnUNet_raw_data/Task900_Tiny/imagesTs"], "-o", _folder[output], "-t", "900", "-m", "2d", "-f", "0", "-z", "--workspace", _folder["w"]];
}
