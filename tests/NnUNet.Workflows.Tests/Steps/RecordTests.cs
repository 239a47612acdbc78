using CsCheck;
using NnUNet.Foundation;
using NnUNet.Fuzz;
using NnUNet.Testing;
using NnUNet.Workflows.Steps;

namespace NnUNet.Workflows.Tests.Steps;

/// <summary>What a whole run notes for the next one: read, or refused in words, whatever somebody did to the file.</summary>
public sealed class RecordTests
{
    [Fact]
    public void Read_AChangedChoice_IsReadOrRefusedInWords() => Changed(
        """{"configurations": ["2d", "3d_fullres"], "folds": ["0", "1"], "dice": 0.9, "postprocessing": "ensemble/postprocessing.json", "made_from": "00ff"}""",
        static text => ProductJson.Parse<ModelChoice>(ModelChoice.FileName, text).ToString());

    [Fact]
    public void Read_AChangedRecordOfPredictions_IsReadOrRefusedInWords()
    {
        using TemporaryFolder folder = new();
        PredictionRecord now = new() { Cases = new Dictionary<string, string> { ["p1"] = "00ff", ["p2"] = "11ff" } };
        Changed("""{"cases": {"p1": "00ff", "p2": "22ff"}}""", text =>
        {
            File.WriteAllText(folder[PredictionRecord.FileName], text);
            PredictionRecord before = PredictionRecord.Read(folder.Root);
            _ = before.Outdated(now).Count();
            now.Write(folder.Root, before);
        });
    }

    private static void Changed(string text, Action<string> read) => Gen.Int.Sample(
        number =>
        {
            Exception? error = Record.Exception(() => read(JsonMutator.Mutate(text, new Random(number))));

            Assert.True(error is null or DescribedException, error?.ToString());
        },
        seed: "cAEtweXh4fZ2",
        iter: 500,
        threads: 1);
}
