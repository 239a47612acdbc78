using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>Writes another trainer's name into the checkpoints of a model of the Python nnU-Net.</summary>
/// <remarks>Source: nnunet/inference/change_trainer.py.</remarks>
public static class V1TrainerChange
{
    private static readonly string[] Files = ["model_best.model.pkl", "model_final_checkpoint.model.pkl"];

    /// <summary>Changes the best and the final checkpoint of every fold.</summary>
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
            .. V1ModelFormat.FoldFolders(folder).SelectMany(static fold => Files.Select(name => Path.Combine(fold, name))).Where(File.Exists),
        ];
        if (files.Length == 0) throw new DescribedException(folder, $"no fold has a {string.Join(" or ", Files)}", "only models of the Python nnU-Net v1 need a trainer's name to predict");

        (string Path, PickleDictionary Content)[] records = [.. files.Select(static f => (f, Read(f)))];
        foreach ((string path, PickleDictionary content) in records)
        {
            content["name"] = trainer;
            PickleFile.Write(path, content);
        }

        return files;
    }

    private static PickleDictionary Read(string path) => PickleFile.Read(path) is PickleDictionary content && content.GetValueOrNull("name") is string
        ? content
        : throw new DescribedException(path, "it names no trainer", "check that it is the .model.pkl of a model of nnU-Net v1");
}
