using NnUNet.Imaging.Formats.Pickle;
using NnUNet.Interop;

namespace NnUNet.Fuzz;

/// <summary>The readers of PyTorch files, which the tests of the image formats do not have.</summary>
internal static partial class FuzzTargets
{
    static partial void AddFurther(Dictionary<string, (string Ending, Action<string> Read)> targets) => targets["torch"] = (".model", static path =>
    {
        using TorchFile file = TorchFile.Open(path);
        if (file.Content is not PickleDictionary content) return;
        foreach (TensorView view in content.Values.OfType<TensorView>()) view.CopyTo(new byte[view.ByteCount]);
    }
    );
}
