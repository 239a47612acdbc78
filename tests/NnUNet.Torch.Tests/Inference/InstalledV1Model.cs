using NnUNet.Core.Models.Archives;
using NnUNet.Testing;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>The model zip that the original exported, installed.</summary>
public sealed class InstalledV1Model : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string? _model;

    /// <summary>The model's folder; installed at the first call.</summary>
    public string Folder() => _model ??= ModelInstaller.Install(TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"), _folder["nnUNet"]).Models[0];

    public void Dispose() => _folder.Dispose();
}
