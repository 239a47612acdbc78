using System.Security.Cryptography;
using NnUNet.Core.Planning;
using NnUNet.Core.Selection;
using NnUNet.Core.Tests.Postprocessing;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Selection;

/// <summary>A copy of the recorded task with four configurations in five folds, without what the original's comparison wrote.</summary>
internal sealed class SelectionTree : IDisposable
{
    public const string Task = "Task777_Toy";

    private readonly TemporaryFolder _folder = new();

    public SelectionTree()
    {
        string golden = TestData.Golden("selection/tree");
        GoldenModels = Path.Combine(golden, "results", "nnUNet");
        FolderCopy.Make(Path.Combine(golden, "preprocessed"), _folder["preprocessed"]);
        foreach (string model in Directory.GetDirectories(GoldenModels, "nnUNetTrainer*", SearchOption.AllDirectories))
        {
            string copy = _folder[Path.Combine("results", "nnUNet", Path.GetRelativePath(GoldenModels, model))];
            FolderCopy.Make(Path.Combine(model, "gt_niftis"), Path.Combine(copy, "gt_niftis"));
            foreach (string fold in Directory.GetDirectories(model, "fold_*")) FolderCopy.Make(fold, Path.Combine(copy, Path.GetFileName(fold)));
        }

        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder.Root });
    }

    /// <summary>A comparison of 2d and 3d_fullres.</summary>
    public static SelectionOptions TwoModels { get; } = new() { Configurations = [Configuration.Slices, Configuration.FullResolution] };

    public Workspace Workspace { get; }

    public string GoldenModels { get; }

    public string GoldenEnsembles => Path.Combine(GoldenModels, "ensembles", Task);

    public string Ensembles => Path.Combine(Workspace.Models, "ensembles", Task);

    public string Model(string configuration) => Workspace.ModelFolder(configuration, Task, "nnUNetTrainerV2", "nnUNetPlansv2.1");

    /// <summary>Every file with its content's hash.</summary>
    public (string Path, string Hash)[] Contents() =>
    [
        .. Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(static f => (f, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))))),
    ];

    public void Dispose() => _folder.Dispose();
}
