using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>What there is in the place of a model folder that is not there.</summary>
internal static class MissingModel
{
    /// <summary>The error about it, which names the first folder of the path that is missing and what lies beside it.</summary>
    /// <param name="path">The full path of the model's folder, which does not exist.</param>
    public static DescribedException Error(string path)
    {
        if (OfTheDataset(path) is { Length: > 0 } installed)
        {
            return new DescribedException(path, "there is no such model folder", $"choose another configuration, trainer or plans: {Name(path, 1)} has {Listed(Name(path, 0), installed)}");
        }

        string[] trained = OfTheTask(path);
        if (trained.Length > 0)
        {
            string wanted = $"{Name(path, 2)}/{Name(path, 0)}";
            return new DescribedException(path, "there is no such model folder", $"train it first, or choose another configuration, trainer or plans: {Name(path, 1)} has {Listed(wanted, trained)}");
        }

        string missing = path;
        string? parent = Path.GetDirectoryName(path);
        while (parent is not null && !Directory.Exists(parent)) (missing, parent) = (parent, Path.GetDirectoryName(parent));
        string[] there = parent is null ? [] : [.. VisibleFiles.FoldersIn(parent, "*").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        string beside = there.Length == 0
            ? "check configuration, task, trainer and plans"
            : $"check configuration, task, trainer and plans: there is no {Path.GetFileName(missing)} in {parent}, {Nearest.Remedy(Path.GetFileName(missing), there)}";
        return new DescribedException(path, "there is no such model folder", $"train the model first, or {beside}");
    }

    /// <summary>The models of the task that lie where those of a workspace do: CONFIGURATION/TASK/TRAINER__PLANS.</summary>
    private static string[] OfTheTask(string path)
    {
        if (!Path.GetFileName(path).Contains("__", StringComparison.Ordinal) || Parent(path, 3) is not { } models || !Directory.Exists(models)) return [];

        return
        [
            .. from configuration in VisibleFiles.FoldersIn(models, "*").Order(StringComparer.Ordinal)
               let task = Path.Combine(configuration, Name(path, 1))
               where Path.GetFileName(configuration) != Workspace.EnsemblesFolderName && Directory.Exists(task)
               from model in VisibleFiles.FoldersIn(task, "*__*").Order(StringComparer.Ordinal)
               select $"{Path.GetFileName(configuration)}/{Path.GetFileName(model)}",
        ];
    }

    /// <summary>The models of nnU-Net v2 beside the missing one: DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION.</summary>
    private static string[] OfTheDataset(string path) => Version2Workspace.IsDatasetName(Name(path, 1))
        ? [.. VisibleFiles.FoldersIn(Parent(path, 1)!, "*__*__*").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)]
        : [];

    private static string Listed(string wanted, string[] trained) =>
        Nearest.Question(wanted, trained) is { Length: > 0 } question ? $"{string.Join(", ", trained)}; {question}" : string.Join(", ", trained);

    private static string Name(string path, int up) => Path.GetFileName(Parent(path, up) ?? "");

    private static string? Parent(string path, int up)
    {
        string? at = path;
        for (int i = 0; i < up && at is not null; i++) at = Path.GetDirectoryName(at);
        return at;
    }
}
