using System.IO.Compression;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.PyTorch;

/// <summary>Recorded checkpoints, taken out of the archives in which they lie.</summary>
internal static class GoldenCheckpoints
{
    /// <summary>The checkpoint of the original's model zip.</summary>
    public static string UnpackV1(TemporaryFolder folder)
    {
        using ZipArchive zip = ZipFile.OpenRead(TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"));
        string path = folder["model_final_checkpoint.model"];
        zip.GetEntry("3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1/fold_0/model_final_checkpoint.model")!.ExtractToFile(path);
        return path;
    }

    public static string V2(string model) => TestData.Golden($"model_v2/results/Dataset004_Hippocampus/{model}/fold_0/checkpoint_final.pth");
}
