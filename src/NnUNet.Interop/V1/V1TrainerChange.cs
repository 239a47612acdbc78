using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>Writes another trainer's name into the checkpoints of a model, of the Python nnU-Net and of this program.</summary>
/// <remarks>
/// Differs: the latest checkpoint is changed too, since a training goes on from it by this name. Source: nnunet/inference/change_trainer.py.
/// </remarks>
public static class V1TrainerChange
{
    private const string RecordEnding = ".model.pkl";

    private static readonly string[] Stems = ["model_best", ModelFolder.FinalCheckpoint, "model_latest"];

    /// <summary>Changes the best, the final and the latest checkpoint of every fold.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="trainer">The new name.</param>
    /// <returns>The files that were changed.</returns>
    /// <exception cref="DescribedException">There is no such folder or no such file in it, or one holds no trainer's name; nothing was changed.</exception>
    public static IReadOnlyList<string> Apply(string folder, string trainer)
    {
        folder = Path.GetFullPath(folder);
        if (!Directory.Exists(folder)) throw new DescribedException(folder, "there is no such folder", "name the folder that has fold_0, fold_1, … in it");
        string[] files =
        [
            .. from fold in V1ModelFormat.FoldFolders(folder)
               from stem in Stems
               from ending in (string[])[RecordEnding, ModelFolder.CheckpointEnding]
               let path = Path.Combine(fold, stem + ending)
               where File.Exists(path)
               select path,
        ];
        if (files.Length == 0)
        {
            throw new DescribedException(folder, $"no fold has a {string.Join(", ", Stems)} ({RecordEnding} or {ModelFolder.CheckpointEnding})", "name the folder that has fold_0, fold_1, … in it");
        }

        Action<string>[] changes = [.. files.Select(static f => f.EndsWith(RecordEnding, StringComparison.Ordinal) ? Prepare(f) : OwnTrainerChange.Prepare(f))];
        foreach (Action<string> change in changes) change(trainer);
        return files;
    }

    private static Action<string> Prepare(string path)
    {
        PickleDictionary content = PickleFile.Read(path) is PickleDictionary read && read.GetValueOrNull("name") is string
            ? read
            : throw new DescribedException(path, "it names no trainer", "check that it is the .model.pkl of a model of nnU-Net v1");
        return trainer =>
        {
            content["name"] = trainer;
            PickleFile.Write(path, content);
        };
    }
}
