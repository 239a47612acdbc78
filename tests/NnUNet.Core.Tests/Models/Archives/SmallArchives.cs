using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Archives;

/// <summary>Archives and results folders with a small model in them.</summary>
internal static class SmallArchives
{
    public const string Model = "3d_fullres/Task001_A/nnUNetTrainerV2__nnUNetPlansv2.1";

    public static string Plan { get; } = ProductJson.Print(SmallPlan.Create());

    /// <summary>Writes a zip of entries (name, content).</summary>
    public static string Zip(TemporaryFolder folder, params (string Name, string Content)[] entries)
    {
        string path = folder["model.zip"];
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, string content) in entries)
        {
            using StreamWriter writer = new(zip.CreateEntry(name).Open());
            writer.Write(content);
        }

        return path;
    }

    /// <summary>A model folder of ours with one fold.</summary>
    public static void WriteModel(string modelsFolder, string model = Model)
    {
        Directory.CreateDirectory(Path.Combine(modelsFolder, model, "fold_0"));
        File.WriteAllText(Path.Combine(modelsFolder, model, Core.Planning.Plan.ModelFileName), Plan);
        File.WriteAllText(Path.Combine(modelsFolder, model, "fold_0/model_final_checkpoint.safetensors"), "weights");
        File.WriteAllText(Path.Combine(modelsFolder, model, "fold_0/model_latest.safetensors"), "not exported");
    }
}
