using NnUNet.Core.Models.Archives;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;

namespace NnUNet.Fuzz;

/// <summary>The readers of PyTorch files and of zips of models, which the tests of the image formats do not have.</summary>
internal static partial class FuzzTargets
{
    private static readonly InstallOptions SmallModels = new() { Limits = new ArchiveLimits { MaxBytes = 64 << 20, Allowance = 1 << 20 } };

    static partial void AddFurther(Dictionary<string, (string Ending, Action<string> Read)> targets)
    {
        targets["torch"] = (".model", static path =>
        {
            using TorchFile file = TorchFile.Open(path);
            if (file.Content is not PickleDictionary content) return;
            foreach (TensorView view in content.Values.OfType<TensorView>()) view.CopyTo(new byte[view.ByteCount]);
        }
        );
        targets["modelzip"] = (".zip", Install);
        AddJson(targets);
        AddVersion2(targets);
    }

    /// <summary>Installs into a new folder; whatever the archive says, nothing may be written beside it.</summary>
    private static void Install(string path)
    {
        Foundation.CatalogAssemblies.Add(typeof(Interop.V1.V1ModelFormat).Assembly);
        string around = Directory.CreateTempSubdirectory("nnunet-fuzz-").FullName;
        try
        {
            ModelInstaller.Install(path, Path.Combine(around, "models"), SmallModels);
        }
        catch (Foundation.DescribedException)
        {
            // Refused in words; what was written is looked at all the same.
        }

        string? beside = Directory.GetFileSystemEntries(around).FirstOrDefault(static f => Path.GetFileName(f) != "models");
        Directory.Delete(around, recursive: true);
        if (beside is not null) throw new InvalidOperationException($"{beside} was written outside of the models' folder");
    }
}
